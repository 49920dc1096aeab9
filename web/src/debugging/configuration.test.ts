import { expect, it } from 'vitest'

import { configured, isHere, tunnel } from './configuration'

it('wraps the entry, whose own name counts', () => {
  const entry = { type: 'debugpy', request: 'attach', connect: { host: '127.0.0.1', port: 5678 } }
  expect(JSON.parse(configured(entry, 'bad'))).toEqual({ version: '0.2.0', configurations: [{ name: 'Bottega: bad', ...entry }] })
  expect(configured({ ...entry, name: 'Mine' }, 'bad')).toContain('"Mine"')
})

it.each([
  ['127.0.0.1', true],
  ['localhost', true],
  ['[::1]', true],
  ['studio.localhost', true],
  ['studio.example', false],
])('sees whether the server is here: %s', (host, expected) => expect(isHere(host)).toBe(expected))

it('tells the way to another machine', () => expect(tunnel(5678, 'studio.example')).toBe('ssh -N -L 5678:127.0.0.1:5678 studio.example'))
