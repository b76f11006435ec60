import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The workbench: built to dist/web, where `serve` finds it. `vite dev` needs CUVETTE_SERVER, a running laboratory. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  plugins: [react()],
  build: {
    outDir: fileURLToPath(new URL('../../dist/web', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // Fonts and pictures stay files: the page's content policy allows no data: fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    // What several pages share comes with the first file: twenty small ones would wait for one another on six connections.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: 'shared', test: /node_modules|web[/\\](api|app|format|i18n|keys|parts)[/\\]/ }],
        },
      },
    },
  },
  server: {
    proxy: { '/api': { target: process.env.CUVETTE_SERVER ?? 'http://127.0.0.1:8080' } },
  },
});
