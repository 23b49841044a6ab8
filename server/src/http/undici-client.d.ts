/**
 * Undici's client by itself. The whole of undici takes 60 ms and 13 MB more at the start, and may put itself behind the global `fetch`. There is
 * no public name for the part, so the version is pinned; were the file moved, nothing would start.
 */
declare module 'undici/lib/dispatcher/client.js' {
  export { Client as default } from 'undici';
}
