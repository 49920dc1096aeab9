// @vitest-environment jsdom
import { afterEach, describe, expect, it, vi } from 'vitest'

import { type Command, commandFor, commands, keysOf, register, runCommand, useCommandTable } from './commands'
import { grouped } from './groups'

const command = (id: string, more: Partial<Command> = {}): Command => ({ id, title: id, run: vi.fn(), ...more })
const press = (key: string, target: Element = document.body, init: KeyboardEventInit = {}) => {
  const event = new KeyboardEvent('keydown', { key, ...init })
  Object.defineProperty(event, 'target', { value: target })
  return commandFor(event)?.id
}

afterEach(() => useCommandTable.setState({ layers: [] }))

describe('the table of commands', () => {
  it('has each id once, and the newest of it', () => {
    const before = command('delete', { keys: 'Delete' })
    const after = command('delete', { keys: 'Backspace' })
    register([before, command('find')])
    const leave = register([after])
    expect(commands().map(({ id }) => id)).toEqual(['delete', 'find'])
    expect(keysOf('delete')).toBe('Backspace')
    leave()
    expect(keysOf('delete')).toBe('Delete')
  })

  it('runs only what can be done', () => {
    const idle = command('idle', { when: () => false })
    const ready = command('ready')
    register([idle, ready])
    runCommand('idle')
    runCommand('ready')
    expect(idle.run).not.toHaveBeenCalled()
    expect(ready.run).toHaveBeenCalledOnce()
  })
})

describe('commandFor', () => {
  const field = document.createElement('input')

  it('leaves plain keys and those that edit a text to its field', () => {
    register([command('add', { keys: 'A' }), command('undo', { keys: 'Mod+Z' }), command('palette', { keys: 'Mod+K' })])
    expect(press('a')).toBe('add')
    expect(press('a', field)).toBeUndefined()
    expect(press('z', field, { ctrlKey: true })).toBeUndefined()
    expect(press('k', field, { ctrlKey: true })).toBe('palette')
  })

  it('passes over what cannot be done to the next with the same key', () => {
    register([command('page', { keys: 'Escape' })])
    register([command('canvas', { keys: 'Escape', when: () => false })])
    expect(press('Escape')).toBe('page')
  })
})

describe('grouped', () => {
  it('keeps the order of heads, and what has none stands last', () => {
    const list = [command('a'), command('b', { group: 'Edit' }), command('c', { group: 'View' }), command('d', { group: 'Edit' })]
    expect(grouped(list, 'General').map(([head, each]) => [head, each.map(({ id }) => id)])).toEqual([
      ['Edit', ['b', 'd']], ['View', ['c']], ['General', ['a']],
    ])
  })
})
