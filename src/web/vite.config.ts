import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/**
 * What several pages share is one file: twenty small ones would wait for one another on six connections. Not in it: what the
 * first file needs itself (first/, the client), the languages, and what only long lists draw with.
 */
function isShared(file: string): boolean {
  if (/node_modules/.test(file)) return !/virtual/.test(file);
  return /src[/\\]domain[/\\]|web[/\\](api[/\\](?!client)|app[/\\]|pages[/\\]sign-in[/\\]|(format|keys|parts)[/\\]|i18n[/\\][^/\\]+$)/.test(
    file,
  );
}

const outDir = fileURLToPath(new URL('../../dist/web', import.meta.url));

/**
 * The page names what its first file will import and the fonts each of its texts needs: the browser fetches them at once,
 * not one after the other, and does not lay out everything again when a font comes late.
 */
const preloads: Plugin = {
  name: 'preloads',
  transformIndexHtml: {
    order: 'post',
    handler: (_html, { bundle = {} }) =>
      Object.keys(bundle).flatMap((file) => {
        const link = (attrs: Record<string, string | boolean>) => ({
          tag: 'link',
          attrs: { ...attrs, crossorigin: true, href: `/${file}` },
          injectTo: 'head' as const,
        });
        if (/(shared|rolldown-runtime)-[^/]*\.js$/.test(file)) return [link({ rel: 'modulepreload' })];
        if (/(inter-latin-wght|inter-vietnamese-wght|mono-latin-wght)[^/]*\.woff2$/.test(file))
          return [link({ rel: 'preload', as: 'font', type: 'font/woff2' })];
        return [];
      }),
  },
};

/** Each file packed once, so that the server need not: over a hospital's network a third of the bytes. */
const packs: Plugin = {
  name: 'packs',
  apply: 'build',
  writeBundle({ dir = outDir }) {
    for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
      if (!/\.(js|css|svg)$/.test(name)) continue;
      const file = join(dir, name);
      const bytes = readFileSync(file);
      writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
      writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }));
    }
  },
};

/** The workbench: built to dist/web, where `serve` finds it. `vite dev` needs CUVETTE_SERVER, a running laboratory. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  plugins: [react(), preloads, packs],
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    // Fonts and pictures stay files: the page's content policy allows no data: fonts.
    assetsInlineLimit: 0,
    // One sheet of 40 kB is there sooner than one of each page, for which its code would wait.
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [{ name: 'shared', test: isShared }],
        },
      },
    },
  },
  server: {
    proxy: { '/api': { target: process.env.CUVETTE_SERVER ?? 'http://127.0.0.1:8080' } },
  },
});
