import { describe, expect, it } from 'vitest'

import { cellText, numberOf, spanText, statisticText, timeText } from './values'

describe('a cell', () => {
  it.each([
    [null, 'missing'],
    ['', ''],
    ['  \n', '␣␣⏎'],
    [12345678901, '12345678901'],
    [0.1 + 0.2, '0.3'],
    [-1.5e-12, '-1.5e-12'],
    [false, 'false'],
    ['one\ntwo', 'one ⏎ two'],
    ['x'.repeat(400), `${'x'.repeat(300)}…`],
  ])('%j reads %j', (value, text) => {
    expect(cellText(value)).toBe(text)
  })
})

describe('a number behind a value', () => {
  it('of a time is in UTC, with or without a zone and however fine', () => {
    const wanted = Date.UTC(2020, 0, 2, 3, 4, 5, 678)
    expect(numberOf('2020-01-02T03:04:05.678', 'DateTime')).toBe(wanted)
    expect(numberOf('2020-01-02T03:04:05.678901234Z', 'DateTime')).toBe(wanted)
  })

  it('of a long integer is near', () => {
    expect(numberOf('4611686018427387904', 'Integer')).toBe(2 ** 62)
  })
})

describe('a statistic', () => {
  it.each([
    [null, 'Double', '–'],
    [1234.5678, 'Double', '1,234.57'],
    ['9007199254740993', 'Integer', '9007199254740993'],
    [90, 'TimeSpan', '1.5 min'],
    ['2020-01-02T00:00:00', 'DateTime', 'Jan 2, 2020'],
  ])('%j of %s reads %j', (value, type, text) => {
    expect(statisticText(value, type)).toBe(text)
  })
})

it('spans have the largest unit that they fill', () => {
  expect(spanText(0.25)).toBe('0.25 sec')
  expect(spanText(-7200)).toBe('-2 hr')
  expect(spanText(86_400)).toBe('1 day')
})

it('a time that is none has no text of its own', () => {
  expect(timeText(NaN)).toBe('–')
})
