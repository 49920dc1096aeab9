import { describe, expect, it } from 'vitest'

import { addressOf, printedOf, reasonOf } from './jobs'

const details = [
  'Read input: job 08 failed. Module execution encountered an error. taskStatusCode=400. {"Exception": {"ErrorId": "X", "Message": "Error 0018: \\"a\\" is no dataset."}}',
  '[ModuleOutput] reading 3 rows',
  '[ModuleOutput] done',
  'Module finished after a runtime error with exit code -2',
].join('\n')

describe('batch jobs', () => {
  it('tells the reason of a failure in its own words', () => {
    expect(reasonOf(details)).toBe('Error 0018: "a" is no dataset.')
    expect(reasonOf('It was cut short.')).toBe('It was cut short.')
    expect(reasonOf('x {"Exception": broken')).toBe('x {"Exception": broken')
  })

  it('tells what was printed', () => {
    expect(printedOf(details)).toBe('reading 3 rows\ndone')
  })

  it('reaches this server as the page does, and others by their own address', () => {
    const here = { href: 'http://localhost:9/services/1' } as Location
    const own = { BaseLocation: 'http://127.0.0.1:9/', RelativeLocation: 'downloads/ab/output1.csv', SasBlobToken: '?se=1&sig=x' }
    expect(addressOf(own, here)).toBe('/downloads/ab/output1.csv?se=1&sig=x')
    const other = { BaseLocation: 'https://acc.blob.core.windows.net/', RelativeLocation: 'out/a.csv', SasBlobToken: '?sig=y' }
    expect(addressOf(other, here)).toBe('https://acc.blob.core.windows.net/out/a.csv?sig=y')
  })
})
