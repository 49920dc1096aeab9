import { describe, expect, it } from 'vitest'

import { aboutOf, hasFrames, isName, isOfScript, packagesIn } from './naming'

describe('names of environments', () => {
  it.each(['a', 'forecasts', 'py3.12', 'A_b-c', '0'])('takes %s', (name) => expect(isName(name)).toBe(true))
  it.each(['', '.', '..', '-a', 'a b', 'a/b', 'é', 'a'.repeat(65)])('refuses "%s"', (name) => expect(isName(name)).toBe(false))

  it('knows those that scripts asked for themselves', () => {
    expect(isOfScript('script-0123456789ab')).toBe(true)
    expect(isOfScript('script-of-mine')).toBe(false)
  })

  it('tells what is known of one', () => {
    expect(aboutOf('classic')).not.toBeNull()
    expect(aboutOf('script-0123456789ab')).not.toBeNull()
    expect(aboutOf('forecasts')).toBeNull()
    expect(aboutOf('constructor')).toBeNull()
  })
})

describe('packages of a text', () => {
  it('are told as the index spells them', () => {
    const text = '# what we need\npandas>=2\nscikit_learn[extra] == 1.5 ; python_version < "3.13"\n\n  Zope.Interface\n    --hash=sha256:00\n'
    expect(packagesIn(text)).toEqual(new Set(['pandas', 'scikit-learn', 'zope-interface']))
  })

  it('have frames where pandas is among them', () => {
    expect(hasFrames('Pandas==1.5.3\r\nnumpy')).toBe(true)
    expect(hasFrames('pandas-stubs\n# pandas')).toBe(false)
  })
})
