import { describe, expect, it } from 'vitest'

import { formatAgo, formatBytes, formatDuration } from './format'

describe('formatBytes', () => {
  it.each([
    [0, '0 bytes'], [999, '999 bytes'], [1000, '1 kB'], [1_234_567, '1.2 MB'], [5e13, '50 TB'], [7e16, '70,000 TB'],
  ])('%d', (bytes, words) => expect(formatBytes(bytes)).toBe(words))
})

describe('formatDuration', () => {
  it.each([
    [0.004, '0s'], [0.04, '0.04s'], [0.44, '0.4s'], [9.96, '10s'], [59.4, '59s'], [59.6, '1m'], [185, '3m 5s'], [7830, '2h 10m'],
  ])('%d', (seconds, words) => expect(formatDuration(seconds)).toBe(words))
})

describe('formatAgo', () => {
  const now = 1_000_000_000
  it.each([
    [20, 'just now'], [-5, 'just now'], [60, '1 minute ago'], [7_300, '2 hours ago'], [90_000, 'yesterday'], [40 * 86_400, 'Jul 31, 2001'],
  ])('%d', (ago, words) => expect(formatAgo(now - ago, now)).toBe(words))
})
