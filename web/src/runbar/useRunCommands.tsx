import { useLingui } from '@lingui/react/macro'
import { Play, Square, StepForward } from 'lucide-react'
import { useCallback, useContext, useMemo } from 'react'

import { ApiError } from '../api/client'
import type { RunWish } from '../api/runs'
import { EditorContext } from '../canvas/context'
import { type Command, useCommands } from '../commands/commands'
import { editor } from '../document/store'
import { isActive, runStore } from '../runs/state'
import { toast } from '../ui'

export interface RunActions {
  run: (target?: string, wish?: RunWish) => void
  cancel: () => void
}

const REFUSED = 400

/** The node that "here" means. */
export const here = (experiment: string): string | undefined => editor(experiment).getState().selection.at(-1)

/** Running and canceling, as buttons, menus and shortcuts do it. */
export function useRunActions(experiment: string): RunActions {
  const { t } = useLingui()
  const handle = useContext(EditorContext)
  const run = useCallback(
    (target?: string, wish?: RunWish) => {
      runStore(experiment).getState().start(target, wish).catch((error: unknown) => {
        const { saveState, problem } = editor(experiment).getState()
        // What the server will not run has problems, and there is a panel that tells them.
        if (error instanceof ApiError && error.status === REFUSED) handle?.view.setState({ bottom: 'problems', isBottomOpen: true })
        if (saveState === 'conflict') toast.error(t`Somebody else has changed this experiment. Settle that first, then run.`)
        else toast.error(saveState === 'refused' && problem ? problem : error)
      })
    },
    [experiment, handle, t],
  )
  const cancel = useCallback(() => {
    runStore(experiment).getState().cancel().catch((error: unknown) => toast.error(error))
  }, [experiment])
  return useMemo(() => ({ run, cancel }), [run, cancel])
}

export function useRunCommands(experiment: string, { run, cancel }: RunActions): void {
  const { t } = useLingui()
  const list = useMemo((): Command[] => {
    const group = t`Run`
    const active = () => isActive(runStore(experiment).getState().run)
    return [
      { id: 'run.all', title: t`Run the experiment`, group, keys: 'Mod+Enter', icon: <Play />, when: () => !active(), run: () => run() },
      {
        id: 'run.here', title: t`Run to the selected node`, group, keys: 'Shift+Enter', icon: <StepForward />,
        when: () => !active() && here(experiment) !== undefined, run: () => run(here(experiment)),
      },
      { id: 'run.fresh', title: t`Run everything anew, reusing nothing`, group, when: () => !active(), run: () => run(undefined, { fresh: true }) },
      { id: 'run.cancel', title: t`Cancel the run`, group, keys: 'Escape', icon: <Square />, when: active, run: cancel },
    ]
  }, [experiment, run, cancel, t])
  useCommands(list)
}
