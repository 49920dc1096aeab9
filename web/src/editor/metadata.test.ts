import { expect, it } from 'vitest'

import { hasMetadata, metadataFor } from './metadata'

it.each([
  ['# /// script\n# dependencies = ["rich"]\n# ///\nimport rich\n', true],
  ['import pandas\n\n# /// script\r\n# requires-python = ">=3.11"\r\n#\r\n# ///\r\n', true],
  ['# /// script\n# dependencies = ["rich"]\nimport rich\n', false],
  ['# /// other\n# a = 1\n# ///\n', false],
  ['x = "# /// script"\n', false],
  ['    # /// script\n    # a = 1\n    # ///\n', false],
])('sees it in %j: %s', (script, expected) => expect(hasMetadata(script)).toBe(expected))

it('writes what it sees', () => expect(hasMetadata(`${metadataFor(['pandas', 'rich'])}import rich`)).toBe(true))

it('comes to an end with a long comment', () => expect(hasMetadata(`# /// script\n${'# a\n'.repeat(50_000)}`)).toBe(false))
