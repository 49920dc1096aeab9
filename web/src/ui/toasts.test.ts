import { afterEach, describe, expect, it, vi } from 'vitest'

import { ApiError } from '../api/client'
import { placesOf, toast, toasts, wordsOf } from './toasts'

afterEach(() => toasts.visibleToasts.forEach(({ key }) => toasts.close(key)))

describe('toast', () => {
  it('says an error in its own words and the places that these leave out', () => {
    const details = [{ path: 'name', message: 'Too long' }, { path: 'limit', message: 'Expected int' }]
    const error = new ApiError(400, 'request-invalid', 'The request is not valid: Too long.', details)
    expect(wordsOf(error)).toBe('The request is not valid: Too long.')
    expect(placesOf(error)).toEqual(['limit: Expected int'])
    expect(wordsOf('plain')).toBe('plain')
  })

  it('keeps an error until it is closed, and lets news go', () => {
    toast.ok('Saved.')
    const close = toast.error('Broken.')
    const [error, news] = toasts.visibleToasts
    expect(error?.timeout).toBeUndefined()
    expect(news?.timeout).toBeGreaterThan(0)
    close()
    expect(toasts.visibleToasts.map(({ content }) => content.text)).toEqual(['Saved.'])
  })

  it('gives a way back', () => {
    const undo = vi.fn()
    toast.info('Deleted.', { undo })
    toasts.visibleToasts[0]?.content.action?.run()
    expect(undo).toHaveBeenCalledOnce()
  })
})
