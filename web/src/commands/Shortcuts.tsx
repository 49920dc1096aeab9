import { useEffect } from 'react'

import { commandFor, isTextField } from './commands'
import { isPressed } from './keys'

/** Listens for shortcuts; once, in the shell. What a widget took for itself, and what a dialog covers, is left alone. */
export function Shortcuts() {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return
      const command = commandFor(event)
      if (!command || (isCovered() && !command.inFields)) return
      event.preventDefault()
      command.run()
    }
    // A button with the focus would take the Enter of it for a press; a text decides for itself what it means.
    const pressFirst = (event: KeyboardEvent) => {
      if (!isPressed('Mod+Enter', event) || isTextField(event.target)) return
      press(event)
      if (event.defaultPrevented) event.stopPropagation()
    }
    document.addEventListener('keydown', pressFirst, { capture: true })
    document.addEventListener('keydown', press)
    return () => {
      document.removeEventListener('keydown', pressFirst, { capture: true })
      document.removeEventListener('keydown', press)
    }
  }, [])
  return null
}

// React Aria puts what stands over the page beside the root.
const OVERLAYS = ['dialog', 'alertdialog', 'menu', 'listbox'].map((role) => `body > :not(#root) [role="${role}"]`).join(', ')

const isCovered = () => document.querySelector(OVERLAYS) !== null
