// @vitest-environment jsdom
import { describe, expect, it } from 'vitest'

import type { Upload } from '../datasets/uploads'
import type { Place } from '../document/types'
import { arrivals, isAwaited } from './arrivals'

const file = (name: string) => new File(['a,b'], `${name}.csv`)
const upload = (of: File, status: Upload['status'], name: string): Upload => ({ id: 1, file: of, name, description: '', status, sent: 0 })

describe('files dropped on the canvas', () => {
  const [here, there] = [file('here'), file('there')]

  it('become nodes where they were dropped once they are kept, by the name that they got', () => {
    const dropped = new Map<File, Place>([[here, [8, 16]]])
    expect(arrivals([upload(here, 'reading', 'a')], dropped)).toEqual([])
    expect(arrivals([upload(here, 'done', 'people'), upload(there, 'done', 'b')], dropped)).toEqual([{ file: here, name: 'people', place: [8, 16] }])
  })

  it('are told of until they are kept; those of other pages are not', () => {
    expect(isAwaited([upload(here, 'failed', 'a')], new Set([here]))).toBe(true)
    expect(isAwaited([upload(here, 'done', 'a')], new Set([here]))).toBe(false)
    expect(isAwaited([upload(there, 'sending', 'a')], new Set([here]))).toBe(false)
  })
})
