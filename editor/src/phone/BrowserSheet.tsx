import { IconExternalLink, IconLock, IconX } from '@tabler/icons-react';
import classes from './BrowserSheet.module.css';

/** What a link button opens. The page itself is not loaded: what a flow sends may point anywhere. */
export function BrowserSheet({ url, onClose }: { url: string; onClose: () => void }) {
  return (
    <div className={classes['shade']} onClick={onClose} role="presentation">
      <div
        className={classes['sheet']}
        role="dialog"
        aria-label="Web page"
        onClick={(event) => event.stopPropagation()}
        data-testid="phone-browser"
      >
        <div className={classes['bar']}>
          <IconLock size={14} aria-hidden />
          <span>{hostOf(url)}</span>
          <button type="button" onClick={onClose} aria-label="Close">
            <IconX size={18} />
          </button>
        </div>
        <p>The customer's browser opens here:</p>
        <code>{url}</code>
        {isWebUrl(url) && (
          <a href={url} target="_blank" rel="noreferrer noopener">
            Open it in a real tab <IconExternalLink size={15} aria-hidden />
          </a>
        )}
      </div>
    </div>
  );
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

/** Only web pages may be opened: `javascript:` and the like stay text. */
function isWebUrl(url: string): boolean {
  return URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);
}
