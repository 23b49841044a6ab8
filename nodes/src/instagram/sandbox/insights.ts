/** Basic insights (platforms.md D.6). Comments are counted, everything else is a steady function of the post's likes. */
import { getRow } from './graph-call.ts';
import type { GraphCall, GraphEdges } from './graph-call.ts';
import { invalidParameter } from './graph-error.ts';
import { DAY_MS, findGraphTime, toGraphTime } from './graph-time.ts';
import { toProductType } from './media-kinds.ts';
import type { MediaRow } from './model.ts';

const COMMON = ['views', 'reach', 'shares', 'total_interactions'];
const MEDIA_METRICS: Readonly<Record<'FEED' | 'REELS' | 'STORY' | 'LIVE', readonly string[]>> = {
  FEED: [...COMMON, 'likes', 'comments', 'saved', 'reposts', 'follows', 'profile_visits', 'profile_activity'],
  REELS: [
    ...COMMON,
    'likes',
    'comments',
    'saved',
    'reposts',
    'ig_reels_avg_watch_time',
    'ig_reels_video_view_total_time',
    'reels_skip_rate',
    'crossposted_views',
    'facebook_views',
  ],
  STORY: [...COMMON, 'replies', 'navigation', 'follows', 'profile_visits', 'profile_activity'],
  LIVE: COMMON,
};
const ACCOUNT_METRICS = [
  'views',
  'reach',
  'accounts_engaged',
  'total_interactions',
  'likes',
  'comments',
  'shares',
  'saves',
  'replies',
  'reposts',
  'profile_links_taps',
  'follows_and_unfollows',
  'follower_count',
];
/** Also given day by day. */
const SERIES_METRICS = ['reach', 'follower_count'];
const STORY_LIFE_MS = DAY_MS;

export const INSIGHT_EDGES: GraphEdges = {
  'media GET insights': {
    scopes: ['instagram_business_basic', 'instagram_business_manage_insights'],
    target: 'read',
    bucket: 'instagram',
    answer: readMediaInsights,
  },
  'account GET insights': {
    scopes: ['instagram_business_basic', 'instagram_business_manage_insights'],
    target: 'read',
    bucket: 'instagram',
    answer: readAccountInsights,
  },
};

function readMediaInsights(call: GraphCall): unknown {
  const media = getRow(call, call.core.state.media.find(call.nodeId));
  const valid = MEDIA_METRICS[toProductType(media)];
  const metrics = askedMetrics(call, valid);
  // gone after a day: an empty list, not zeros
  if (media.kind === 'story' && call.core.nowMs() - media.timestampMs > STORY_LIFE_MS) return { data: [] };
  return {
    data: metrics.map((name) => ({
      name,
      period: 'lifetime',
      values: [{ value: mediaValue(call, media, name) }],
      title: toTitle(name),
      description: '',
      id: `${media.id}/insights/${name}/lifetime`,
    })),
  };
}

function readAccountInsights(call: GraphCall): unknown {
  const metrics = askedMetrics(call, ACCOUNT_METRICS);
  const period = call.params.text('period') ?? 'day';
  if (period !== 'day') throw invalidParameter('Param period must be one of {day}');
  const isTotal = call.params.text('metric_type') === 'total_value';
  const nowMs = call.core.nowMs();
  const untilMs = findGraphTime(call.params.text('until') ?? '') ?? nowMs;
  const sinceMs = findGraphTime(call.params.text('since') ?? '') ?? untilMs - DAY_MS;
  if (untilMs < sinceMs) throw invalidParameter('Param until must not be before since');
  const posts = call.core.state.media.group('account', call.account.id).filter((media) => media.parentId === null);
  const days = Math.min(93, Math.max(1, Math.ceil((untilMs - sinceMs) / DAY_MS)));
  return {
    data: metrics.map((name) => {
      const head = {
        name,
        period,
        title: toTitle(name),
        description: '',
        id: `${call.account.id}/insights/${name}/${period}`,
      };
      const perDay = Math.round(posts.reduce((sum, media) => sum + mediaValue(call, media, name), 0) / 30);
      if (isTotal) return { ...head, total_value: { value: perDay * days } };
      if (!SERIES_METRICS.includes(name)) throw invalidParameter(`The metric ${name} needs metric_type=total_value`);
      return {
        ...head,
        values: Array.from({ length: days }, (_, day) => ({
          value: perDay,
          end_time: toGraphTime(sinceMs + (day + 1) * DAY_MS),
        })),
      };
    }),
  };
}

/** One bad metric fails the whole call. */
function askedMetrics(call: GraphCall, valid: readonly string[]): string[] {
  const metrics = call.params.list('metric') ?? [];
  if (metrics.length === 0) throw invalidParameter('The parameter metric is required.');
  for (const metric of metrics)
    if (!valid.includes(metric))
      throw invalidParameter(
        `metric[${metrics.indexOf(metric)}] must be one of the following values: ${valid.join(', ')}`,
      );
  return metrics;
}

function mediaValue(call: GraphCall, media: MediaRow, metric: string): number {
  const comments = call.core.state.comments.groupSize('media', media.id);
  const { likeCount } = media;
  const ageDays = Math.max(0, Math.floor((call.core.nowMs() - media.timestampMs) / DAY_MS));
  const views = likeCount * 9 + comments * 14 + Math.min(ageDays, 30) * 3;
  switch (metric) {
    case 'views':
      return views;
    case 'reach':
      return Math.round(views * 0.72);
    case 'likes':
      return likeCount;
    case 'comments':
    case 'replies':
      return comments;
    case 'shares':
      return Math.round(likeCount / 11);
    case 'saved':
    case 'saves':
      return Math.round(likeCount / 7);
    case 'reposts':
      return Math.round(likeCount / 40);
    case 'total_interactions':
      return likeCount + comments + Math.round(likeCount / 11) + Math.round(likeCount / 7);
    case 'accounts_engaged':
      return likeCount + comments;
    case 'ig_reels_avg_watch_time':
      return 6400;
    case 'ig_reels_video_view_total_time':
      return views * 6400;
    case 'reels_skip_rate':
      return 34;
    case 'crossposted_views':
    case 'facebook_views':
      return 0;
    default:
      return Math.round(likeCount / 25);
  }
}

function toTitle(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
