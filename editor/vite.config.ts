import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where the server listens while developing (`npm run dev`). */
const SERVER = 'http://127.0.0.1:4600';

/** Libraries that change rarely get files of their own, so that an update of ours leaves them in the browser's cache. */
const CHUNKS: readonly (readonly [name: string, packages: RegExp])[] = [
  ['react', /node_modules\/(\.pnpm\/)?(react|react-dom|scheduler|use-sync-external-store)(@|\/)/],
  ['canvas', /node_modules\/(\.pnpm\/)?(@xyflow|@dagrejs|d3-)/],
  ['ui', /node_modules\/(\.pnpm\/)?(@mantine|@floating-ui|react-remove-scroll)/],
];

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // Browsers that know light-dark(): older targets would have it compiled into variables that follow no scheme.
    cssTarget: ['chrome125', 'firefox125', 'safari17.5'],
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: { codeSplitting: { groups: CHUNKS.map(([name, test]) => ({ name, test })) } },
    },
  },
  server: {
    host: '127.0.0.1',
    port: 4610,
    proxy: { '/api': SERVER, '/sandbox': SERVER },
  },
});
