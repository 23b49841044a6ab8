import { useState } from 'react';
import type { WidgetProps } from '../form-context.ts';
import { TemplateWidget } from './TemplateWidget.tsx';

/** The address of a picture, with a small look at it. */
export function ImageUrlWidget(props: WidgetProps) {
  const address = typeof props.value === 'string' ? props.value : '';
  return (
    <div className="fe-image-url">
      <TemplateWidget {...props} />
      {/^https?:\/\/[^{}\s]+$/u.test(address) && <Thumbnail key={address} address={address} />}
    </div>
  );
}

function Thumbnail({ address }: { readonly address: string }) {
  const [isBroken, setBroken] = useState(false);
  if (isBroken) return <p className="fe-image-broken">No picture could be loaded from there.</p>;
  return (
    <img
      className="fe-image-thumb"
      src={address}
      alt=""
      loading="lazy"
      referrerPolicy="no-referrer"
      onError={() => setBroken(true)}
    />
  );
}
