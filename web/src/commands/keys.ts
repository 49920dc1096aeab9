/** Shortcuts as text: `Mod+Shift+Z`, `Delete`, `?`. `Mod` is Ctrl, on a Mac ⌘. */

const isMac = () => /Mac|iPhone|iPad/.test(navigator.userAgent)

const MAC: Readonly<Record<string, string>> = { Mod: '⌘', Ctrl: '⌃', Shift: '⇧', Alt: '⌥' }
const NAMES: Readonly<Record<string, string>> = {
  Mod: 'Ctrl',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Delete: 'Del',
  ' ': 'Space',
}

/** The keys of a shortcut, each as it stands on the keyboard. */
export function keyNames(keys: string, mac = isMac()): string[] {
  return parts(keys).map((key) => (mac ? MAC[key] : undefined) ?? NAMES[key] ?? key)
}

interface Pressed {
  key: string
  code?: string
  ctrlKey: boolean
  metaKey: boolean
  shiftKey: boolean
  altKey: boolean
}

const MODIFIERS = ['Mod', 'Ctrl', 'Shift', 'Alt']

/** Whether a key that was pressed is this shortcut. */
export function isPressed(keys: string, event: Pressed, mac = isMac()): boolean {
  const wanted = parts(keys)
  const key = wanted.at(-1) ?? ''
  const has = (name: string) => wanted.slice(0, -1).includes(name)
  const ctrl = has('Ctrl') || (has('Mod') && !mac)
  const meta = has('Mod') && mac
  if (event.ctrlKey !== ctrl || event.metaKey !== meta || event.altKey !== has('Alt')) return false
  // A sign such as `?` needs Shift on some keyboards and not on others.
  const isSign = key.length === 1 && key.toLowerCase() === key.toUpperCase() && key !== ' '
  if (!isSign && event.shiftKey !== has('Shift')) return false
  return isSame(key, event)
}

function isSame(key: string, event: Pressed): boolean {
  if (event.key.toLowerCase() === key.toLowerCase()) return true
  // With Alt or another script the letter differs; the place of the key does not.
  const isLetter = /^[A-Z]$/i.test(key)
  return isLetter && (event.altKey || !/^[\x20-\x7e]$/.test(event.key)) && event.code === `Key${key.toUpperCase()}`
}

function parts(keys: string): string[] {
  if (keys === '+') return ['+']
  const found = keys.endsWith('++') ? [...keys.slice(0, -2).split('+'), '+'] : keys.split('+')
  const order = (key: string) => (MODIFIERS.includes(key) ? MODIFIERS.indexOf(key) : MODIFIERS.length)
  return found.sort((a, b) => order(a) - order(b))
}
