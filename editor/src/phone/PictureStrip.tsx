import { IconBoxMultiple } from '@tabler/icons-react';
import classes from './PictureStrip.module.css';

/** One picture, or several to swipe through. */
export function PictureStrip({ urls }: { urls: readonly string[] }) {
  return (
    <span className={classes['frame']}>
      <span className={classes['strip']}>
        {urls.map((url) => (
          <img key={url} src={url} alt="" loading="lazy" />
        ))}
      </span>
      {urls.length > 1 && (
        <span className={classes['count']}>
          <IconBoxMultiple size={12} aria-hidden /> {urls.length}
          <span className="visually-hidden">pictures</span>
        </span>
      )}
    </span>
  );
}
