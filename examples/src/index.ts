/** Flow templates that come with Heddle. Each is a flow document with its own tests inside. */
import type { FlowDocument } from '@heddle/schemas';
import abWelcome from '../templates/ab-welcome.json' with { type: 'json' };
import catalogSync from '../templates/catalog-sync.json' with { type: 'json' };
import leadCapture from '../templates/lead-capture.json' with { type: 'json' };
import priceOnComment from '../templates/price-on-comment.json' with { type: 'json' };
import publishPost from '../templates/publish-post.json' with { type: 'json' };

/** A template of the gallery. */
export interface FlowTemplate {
  /** Stable name, also of its file. */
  readonly id: string;
  readonly document: FlowDocument;
}

// TypeScript reads texts in JSON files as `string`, which does not fit literal types; the test checks every file against the schema.
const asDocument = (json: unknown): FlowDocument => json as FlowDocument;

/** In the order of the gallery. */
export const templates: readonly FlowTemplate[] = [
  { id: 'price-on-comment', document: asDocument(priceOnComment) },
  { id: 'lead-capture', document: asDocument(leadCapture) },
  { id: 'ab-welcome', document: asDocument(abWelcome) },
  { id: 'catalog-sync', document: asDocument(catalogSync) },
  { id: 'publish-post', document: asDocument(publishPost) },
];
