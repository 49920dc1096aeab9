/** What the palette, the help and the shortcuts of the page know of the script that is shown. */
import { openLintPanel } from '@codemirror/lint'
import type { EditorView } from '@codemirror/view'
import { useLingui } from '@lingui/react/macro'
import { useEffect, useEffectEvent } from 'react'

import { register } from '../commands/commands'

interface ScriptActions {
  toggleFullScreen: () => void
  debug: (() => void) | undefined
  /** Where there is something to fix. */
  fixAll: (() => void) | undefined
}

export function useScriptCommands(view: EditorView | null, { toggleFullScreen, debug, fixAll }: ScriptActions): void {
  const { t } = useLingui()
  const edit = useEffectEvent(() => view?.focus())
  const toggle = useEffectEvent(() => toggleFullScreen())
  const debugIt = useEffectEvent(() => debug?.())
  const fix = useEffectEvent(() => fixAll?.())
  const list = useEffectEvent(() => view && openLintPanel(view))
  const [canDebug, canFix] = [debug !== undefined, fixAll !== undefined]
  useEffect(() => {
    const group = t`Script`
    return register([
      { id: 'script.edit', title: t`Edit the script`, group, run: () => edit() },
      { id: 'script.full', title: t`Script in full screen`, group, keys: 'Alt+M', run: () => toggle() },
      { id: 'script.problems', title: t`Problems of the script`, group, run: () => list() },
      { id: 'script.fix', title: t`Fix all safe problems of the script`, group, when: () => canFix, run: () => fix() },
      { id: 'script.debug', title: t`Debug the script`, group, when: () => canDebug, run: () => debugIt() },
    ])
  }, [t, canDebug, canFix])
}
