/** Files of messages: fetched for real, checked by content and size (platforms.md A.4). */
import type { SandboxCore } from './core.ts';
import { GraphError, invalidParameter } from './graph-error.ts';
import type { GraphCall, GraphEdges } from './graph-call.ts';
import { findImageHeader, findMovieLayout } from './image-header.ts';
import { isObject } from './json.ts';
import { MediaFetchError } from './media-fetch.ts';
import type { AttachmentRow } from './model.ts';
import { onlyKeys, parseFile } from './send-message-parse.ts';
import type { AttachmentSource, AttachmentType } from './send-message-parse.ts';

const MB = 1024 * 1024;
const SIZE_LIMIT_BYTES: Readonly<Record<AttachmentType, number>> = {
  image: 8 * MB,
  audio: 25 * MB,
  video: 25 * MB,
  file: 25 * MB,
};
const FETCH_TIMEOUT_MS = 75_000;

/** `POST /{ig-id}/message_attachments`: keeps a file for later sends. */
export const ATTACHMENT_EDGES: GraphEdges = {
  'account POST message_attachments': {
    scopes: ['instagram_business_basic', 'instagram_business_manage_messages'],
    target: 'container',
    bucket: 'messaging',
    answer: uploadAttachment,
  },
};

async function uploadAttachment(call: GraphCall): Promise<unknown> {
  const attachment = call.params.object('message')?.['attachment'];
  if (!isObject(attachment)) throw invalidParameter('Param message[attachment] is required', 2534015);
  onlyKeys(attachment, ['type', 'payload'], 'message[attachment]');
  const file = parseFile(attachment, 'message[attachment]');
  if (file.url === null) throw invalidParameter('Param message[attachment][payload][url] is required', 2534015);
  await checkFile(call.core, file.type, file.url);
  const id = call.core.ids.numeric('185');
  const row: AttachmentRow = { id, accountId: call.account.id, type: file.type, url: file.url };
  await call.core.state.transact(() => call.core.state.attachments.put(id, row));
  return { attachment_id: id };
}

/** Addresses of a message's files. @throws GraphError 100/2018074 not owned, and what `checkFile` throws. */
export async function resolveFiles(call: GraphCall, files: readonly AttachmentSource[]): Promise<string[]> {
  return Promise.all(
    files.map(async (file) => {
      if (file.url !== null) {
        await checkFile(call.core, file.type, file.url);
        return file.url;
      }
      const stored = call.core.state.attachments.find(file.attachmentId);
      if (!stored || stored.accountId !== call.account.id)
        throw invalidParameter('The attachment does not exist or is owned by another account.', 2018074);
      if (stored.type !== file.type) throw invalidParameter('The attachment is of another type.', 2018047);
      return stored.url;
    }),
  );
}

/** @throws GraphError 100 with 2018008 not fetched, 2018294 video too slow, 2018047 other type, 2018109 too large. */
async function checkFile(core: SandboxCore, type: AttachmentType, url: string): Promise<void> {
  const maxBytes = SIZE_LIMIT_BYTES[type];
  try {
    const media = await core.fetchMedia(url, { timeoutMs: FETCH_TIMEOUT_MS, maxBytes, keepBytes: 4096 });
    if (media.lengthBytes > maxBytes)
      throw invalidParameter(`The attachment size exceeds the allowed limit of ${maxBytes / MB} MB.`, 2018109);
    if (!isOfType(type, media.head, media.contentType))
      throw invalidParameter(
        `The attachment type does not match: ${media.contentType || 'no content type'} is not ${type}.`,
        2018047,
      );
  } catch (error) {
    if (error instanceof GraphError) throw error;
    if (error instanceof MediaFetchError && error.kind === 'timeout' && type === 'video')
      throw new GraphError(100, '(#100) Fetching the video took too long.', { subcode: 2018294 });
    throw new GraphError(100, '(#100) Failed to fetch the file from the url.', {
      subcode: 2018008,
      userMessage: error instanceof Error ? error.message : String(error),
    });
  }
}

function isOfType(type: AttachmentType, head: Buffer, contentType: string): boolean {
  const magic = head.subarray(0, 4).toString('latin1');
  switch (type) {
    case 'image': {
      const format = findImageHeader(head)?.format;
      return format === 'jpeg' || format === 'png' || format === 'gif';
    }
    case 'file':
      return magic === '%PDF';
    case 'video':
      return (
        findMovieLayout(head) !== undefined ||
        head.subarray(4, 8).toString('latin1') === 'ftyp' ||
        magic === 'OggS' ||
        magic === 'RIFF' ||
        magic === '\x1aE\xdf\xa3'
      );
    case 'audio':
      return /^(audio\/(aac|mp4|m4a|x-m4a|wav|x-wav|wave)|video\/mp4)$/.test(contentType);
  }
}
