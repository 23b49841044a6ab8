/** Hands a file to the person: the browser saves it under `name`. */
export function downloadFile(name: string, mediaType: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: mediaType }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Browsers read the blob after the click has returned; a minute is plenty.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** A title as a file name: lower case, words joined by "-", at most 60 characters, never empty. */
export function toFileName(title: string): string {
  const name = title
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-+$/, '');
  return name === '' ? 'untitled' : name;
}
