/** How values of a table read. */
import { i18n } from '@lingui/core'
import { t } from '@lingui/core/macro'

import type { Cell, Edge } from '../api/outputs'
import { measure } from '../charts/format'

const LONGEST = 300
// A cell shows so many digits of a Double; the line below the table has all of them.
const DIGITS = 7

/** A value in its cell: one short line. */
export function cellText(value: Cell): string {
  if (value === null) return t`missing`
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(DIGITS)))
  if (typeof value === 'boolean') return String(value)
  // A text of spaces would look like none.
  if (value.trim() === '')
    return value
      .slice(0, LONGEST)
      .replace(/[^\S\r\n]/g, '␣')
      .replace(/\r?\n/g, '⏎')
  return (value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value).replace(/\r?\n/g, ' ⏎ ')
}

/** A value in full. */
export function fullText(value: Cell): string {
  return value === null ? t`missing` : String(value)
}

/** What a column is for. */
export function roleText(role: string): string {
  switch (role) {
    case 'feature':
      return t`feature`
    case 'label':
      return t`label`
    case 'weight':
      return t`weight`
    case 'score':
      return t`score`
    case 'none':
      return t`none`
    default:
      return role
  }
}

const NUMBERS = new Set(['Integer', 'Double', 'TimeSpan'])

export function isNumeric(type: string): boolean {
  return NUMBERS.has(type)
}

/** What stands at the right of its cell, so that digits line up. */
export function isRight(type: string): boolean {
  return NUMBERS.has(type)
}

/** What a comparison can take: all but bytes. */
export function isComparable(type: string): boolean {
  return !type.endsWith('Bytes')
}

/** A number behind an edge or a statistic: times as milliseconds since 1970, long integers rounded. */
export function numberOf(value: Edge, type: string): number {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return Number(value)
  if (type !== 'DateTime') return Number(value)
  // Beyond milliseconds there is nothing to see; a time without a zone is read as UTC, as it is shown.
  const text = value.replace(/(\.\d{3})\d+/, '$1')
  return Date.parse(text.endsWith('Z') ? text : `${text}Z`)
}

/** A statistic of a column as people read it. */
export function statisticText(value: Edge | null, type: string): string {
  if (value === null) return '–'
  if (type === 'DateTime' && typeof value === 'string') return timeText(numberOf(value, type))
  if (typeof value !== 'number') return String(value)
  return type === 'TimeSpan' ? spanText(value) : measure(value)
}

/** Milliseconds since 1970, in UTC. */
export function timeText(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return '–'
  const isDay = milliseconds % 86_400_000 === 0
  return new Intl.DateTimeFormat(i18n.locale || 'en', {
    dateStyle: 'medium',
    ...(isDay ? {} : { timeStyle: 'medium' }),
    timeZone: 'UTC',
  }).format(milliseconds)
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

/** Seconds in the largest unit that they fill. */
export function spanText(seconds: number): string {
  const [unit, size] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? (['second', 1] as const)
  return new Intl.NumberFormat(i18n.locale || 'en', {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumSignificantDigits: 5,
  }).format(seconds / size)
}
