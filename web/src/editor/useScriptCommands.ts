/** What the palette, the help and the shortcuts of the page know of the script that is shown. */
import type { EditorView } from '@codemirror/view'
import { useLingui } from '@lingui/react/macro'
import { useEffect, useEffectEvent } from 'react'

import { register } from '../commands/commands'

export function useScriptCommands(view: EditorView | null, toggleFullScreen: () => void, debug: (() => void) | undefined): void {
  const { t } = useLingui()
  const edit = useEffectEvent(() => view?.focus())
  const toggle = useEffectEvent(() => toggleFullScreen())
  const debugIt = useEffectEvent(() => debug?.())
  const canDebug = debug !== undefined
  useEffect(() => {
    const group = t`Script`
    return register([
      { id: 'script.edit', title: t`Edit the script`, group, run: () => edit() },
      { id: 'script.full', title: t`Script in full screen`, group, keys: 'Alt+M', run: () => toggle() },
      { id: 'script.debug', title: t`Debug the script locally`, group, when: () => canDebug, run: () => debugIt() },
    ])
  }, [t, canDebug])
}
