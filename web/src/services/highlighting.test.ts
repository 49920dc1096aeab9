import { describe, expect, it } from 'vitest'

import { highlighted } from './highlighting'

const SAMPLES: Record<string, string> = {
  python: 'import json\nDATA = {"a": None}  # a key\nprint(DATA)\n',
  csharp: 'using System;\nvar key = "x"; // a key\n',
  r: 'key = "x" # a key\nif (TRUE) print(key)\n',
  curl: 'curl -d @body.json "https://x" # a key\n',
}

describe('sample code', () => {
  it.each(Object.keys(SAMPLES))('loses nothing of %s and finds strings', (language) => {
    const code = SAMPLES[language] ?? ''
    const pieces = highlighted(code, language)
    expect(pieces.map((piece) => piece.text).join('')).toBe(code)
    expect(pieces.filter((piece) => piece.kind === 'string').map((piece) => piece.text).join('')).toMatch(/"/)
    expect(pieces.some((piece) => piece.kind === 'comment')).toBe(true)
  })

  it('leaves what it does not know as it is', () => {
    expect(highlighted('x = 1', 'cobol')).toEqual([{ text: 'x = 1', kind: '' }])
  })
})
