import type { ScanView } from '@heddle/schemas/api';

/** Percent of a scan that is done, whole; null while the number of posts is not known. */
export function percentDone({ progress }: Pick<ScanView, 'progress'>): number | null {
  const { total, done } = progress;
  if (total === null) return null;
  return total === 0 ? 100 : Math.min(100, Math.round((done / total) * 100));
}

/** `about 2 min left`, for a scan under way; empty when it cannot be said. */
export function timeLeft(etaSeconds: number | null): string {
  if (etaSeconds === null) return '';
  if (etaSeconds < 10) return 'a few seconds left';
  if (etaSeconds < 90) return `about ${Math.ceil(etaSeconds / 10) * 10} seconds left`;
  return `about ${Math.round(etaSeconds / 60)} minutes left`;
}

/** One line about what came of a scan. */
export function scanSummary({ progress }: Pick<ScanView, 'progress'>): string {
  const { done, drafts, needsReview, reused } = progress;
  const parts = [`${posts(done)} read`, `${drafts} ${drafts === 1 ? 'draft' : 'drafts'}`];
  if (needsReview > 0) parts.push(`${needsReview} to look at`);
  if (reused > 0) parts.push(`${reused} known from before`);
  return parts.join(' · ');
}

function posts(count: number): string {
  return count === 1 ? '1 post' : `${count} posts`;
}
