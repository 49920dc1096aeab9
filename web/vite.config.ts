import { lingui } from '@lingui/vite-plugin'
import optimizeLocales from '@react-aria/optimize-locales-plugin'
import babel from '@rolldown/plugin-babel'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

import { gzip } from './gzip'

const server = process.env.BOTTEGA_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [
    react(),
    // The macros alone: everything else is Rolldown's own work. Messages stay in the code, so that English needs no catalogue.
    babel({ include: /\/src\/.*\.tsx?$/, plugins: [['@lingui/babel-plugin-lingui-macro', { stripMessageField: false }]] }),
    lingui(),
    // React Aria's own words, in the languages that the page speaks.
    optimizeLocales.vite({ locales: ['en-US', 'pt-BR', 'es-ES', 'nl-NL', 'fr-FR', 'sv-SE'] }),
    gzip(),
  ],
  // The server puts a new one in this place in every answer.
  html: { cspNonce: '__BOTTEGA_NONCE__' },
  build: {
    outDir: process.env.BOTTEGA_APP ?? '../src/bottega/server/static/app',
    emptyOutDir: true,
    // One file of styles: what loads a part again after the server was gone does not load its styles again.
    cssCodeSplit: false,
    assetsInlineLimit: 0, // the policy of the page lets pictures come from files only
    chunkSizeWarningLimit: 900,
    target: 'baseline-widely-available',
  },
  server: {
    proxy: {
      '^/(v1|healthz|downloads|workspaces|apihelp)': {
        target: server,
        changeOrigin: true,
        ws: true,
        configure: (proxy) => {
          proxy.on('proxyReq', (request) => request.setHeader('origin', server))
          proxy.on('proxyReqWs', (request) => request.setHeader('origin', server))
        },
      },
    },
  },
  test: { include: ['src/**/*.test.{ts,tsx}'], setupFiles: ['src/testing.ts'], css: false },
})
