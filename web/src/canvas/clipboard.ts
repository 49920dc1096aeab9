/** Copy, cut and paste through the system's clipboard: by its own events for keys, by asking for it from menus. */
import { t } from '@lingui/core/macro'
import { useEffect } from 'react'

import { isTextField } from '../commands/commands'
import { toast } from '../ui/toasts'
import { type EditorActions, useEditorActions } from './actions'
import { useDoc } from './context'
import { isOnCanvas } from './useEditorCommands'

const KEYS = ['c', 'x', 'v']

const isOurs = (target: EventTarget | null) => isOnCanvas() && !isTextField(target) && !(getSelection()?.toString() ?? '')

export function useClipboard(): void {
  const actions = useEditorActions()
  const isReadOnly = useDoc((state) => state.isReadOnly)
  useEffect(() => {
    // The browser's own events need no permission; the shortcut must not be taken from them.
    const letPass = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && KEYS.includes(event.key.toLowerCase()) && isOurs(event.target)) {
        event.stopImmediatePropagation()
      }
    }
    const copy = (event: ClipboardEvent) => {
      const text = isOurs(event.target) ? actions.copyText() : null
      if (text === null) return
      event.preventDefault()
      event.clipboardData?.setData('text/plain', text)
      if (event.type === 'cut' && !isReadOnly) actions.remove()
    }
    const paste = (event: ClipboardEvent) => {
      if (isReadOnly || !isOurs(event.target)) return
      const text = event.clipboardData?.getData('text/plain') ?? ''
      event.preventDefault()
      if (!actions.pasteText(text) && text.trim()) toast.info(t`The clipboard has no nodes: they are pasted as the text of an experiment file.`)
    }
    window.addEventListener('keydown', letPass, true)
    document.addEventListener('copy', copy)
    document.addEventListener('cut', copy)
    document.addEventListener('paste', paste)
    return () => {
      window.removeEventListener('keydown', letPass, true)
      document.removeEventListener('copy', copy)
      document.removeEventListener('cut', copy)
      document.removeEventListener('paste', paste)
    }
  }, [actions, isReadOnly])
}

/** What was copied last, for a browser that gives its clipboard to nobody but its own keys. */
let kept = ''

export function copyByMenu(actions: EditorActions): boolean {
  const text = actions.copyText()
  if (text === null) return false
  kept = text
  // Not there where the page came without TLS from another machine.
  const clipboard = navigator.clipboard as Clipboard | undefined
  void clipboard?.writeText(text).catch(() => undefined)
  return true
}

export function cutByMenu(actions: EditorActions): void {
  if (copyByMenu(actions)) actions.remove()
}

export function pasteByMenu(actions: EditorActions): void {
  const clipboard = navigator.clipboard as Clipboard | undefined
  const put = (text: string) => {
    if (!actions.pasteText(text)) toast.info(t`The clipboard has no nodes: they are pasted as the text of an experiment file.`)
  }
  if (!clipboard) { put(kept); return; }
  void clipboard.readText().then(put, () => put(kept))
}
