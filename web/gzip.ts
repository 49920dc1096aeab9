import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'

import type { Plugin } from 'vite'

const SMALL = 1024 // bytes; below, packing gains nothing

/** Lays a packed copy beside each file of the build, so that the server need not pack them again and again. */
export function gzip(): Plugin {
  let folder = ''
  return {
    name: 'gzip',
    apply: 'build',
    configResolved: (config) => {
      folder = resolve(config.root, config.build.outDir, config.build.assetsDir)
    },
    closeBundle: () => {
      for (const name of readdirSync(folder).filter((each) => /\.(js|css|svg|json)$/.test(each))) {
        const content = readFileSync(join(folder, name))
        if (content.length > SMALL) writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }))
      }
    },
  }
}
