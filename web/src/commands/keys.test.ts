import { describe, expect, it } from 'vitest'

import { isPressed, keyNames } from './keys'

const press = (key: string, more: Partial<Parameters<typeof isPressed>[1]> = {}) => ({
  key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more,
})

describe('isPressed', () => {
  it('takes Mod as Ctrl, on a Mac as Command', () => {
    expect(isPressed('Mod+K', press('k', { ctrlKey: true }), false)).toBe(true)
    expect(isPressed('Mod+K', press('k', { metaKey: true }), true)).toBe(true)
    expect(isPressed('Mod+K', press('k', { ctrlKey: true }), true)).toBe(false)
  })

  it('wants every modifier, and no other', () => {
    expect(isPressed('Mod+Z', press('Z', { ctrlKey: true, shiftKey: true }), false)).toBe(false)
    expect(isPressed('Mod+Shift+Z', press('Z', { ctrlKey: true, shiftKey: true }), false)).toBe(true)
    expect(isPressed('Delete', press('Delete', { ctrlKey: true }), false)).toBe(false)
    expect(isPressed('A', press('A', { shiftKey: true }), false)).toBe(false)
  })

  it('does not ask how a sign is reached', () => {
    expect(isPressed('?', press('?', { shiftKey: true }), false)).toBe(true)
    expect(isPressed('?', press('?'), false)).toBe(true)
    expect(isPressed('+', press('+', { shiftKey: true }), false)).toBe(true)
    expect(isPressed('Mod++', press('+', { ctrlKey: true }), false)).toBe(true)
  })

  it('finds a letter by its place where the keyboard writes another', () => {
    expect(isPressed('Mod+K', press('л', { ctrlKey: true, code: 'KeyK' }), false)).toBe(true)
    expect(isPressed('Mod+K', press('j', { ctrlKey: true, code: 'KeyK' }), false)).toBe(false)
  })
})

describe('keyNames', () => {
  it('says what stands on the keys, modifiers first', () => {
    expect(keyNames('Shift+Mod+Z', false)).toEqual(['Ctrl', 'Shift', 'Z'])
    expect(keyNames('Mod+ArrowUp', true)).toEqual(['⌘', '↑'])
    expect(keyNames('+', false)).toEqual(['+'])
    expect(keyNames(' ', false)).toEqual(['Space'])
  })
})
