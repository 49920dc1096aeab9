import { Trans, useLingui } from '@lingui/react/macro'
import { ChevronDown, Play, RefreshCw, Square, StepForward } from 'lucide-react'
import { useContext, useEffect } from 'react'

import { EditorContext } from '../canvas/context'
import { editor, useEditor } from '../document/store'
import { isActive, PastRun, useFollowing, useRun, useRunParts } from '../runs/state'
import { Button, IconButton, MenuButton, MenuItem, MenuSeparator } from '../ui'
import { RunProgress } from './RunProgress'
import styles from './RunBar.module.css'
import { SnapshotBar } from './SnapshotBar'
import { here, type RunActions, useRunActions, useRunCommands } from './useRunCommands'

/** Runs the experiment, and tells how far it is. It also keeps its runs followed for the whole editor. */
export default function RunBar({ experiment }: { experiment: string }) {
  const past = useContext(PastRun)
  return past ? <SnapshotBar experiment={experiment} run={past} /> : <LiveBar experiment={experiment} />
}

function LiveBar({ experiment }: { experiment: string }) {
  useFollowing(experiment)
  useShowFailure(experiment)
  const actions = useRunActions(experiment)
  useRunCommands(experiment, actions)
  const { t } = useLingui()
  const { run, isStarting } = useRunParts(experiment, (state) => ({ run: state.run, isStarting: state.isStarting }))
  const isEmpty = useEditor(experiment, (state) => Object.keys(state.document.nodes).length === 0)
  const runs = isStarting || isActive(run)
  return (
    <div className={styles.bar} role="group" aria-label={t`Run`}>
      <RunProgress experiment={experiment} />
      {runs ? (
        <Button variant="danger" icon={<Square />} onPress={actions.cancel} isDisabled={isStarting}>
          <Trans>Cancel</Trans>
        </Button>
      ) : (
        <span className={styles.split}>
          <Button variant="primary" icon={<Play />} onPress={() => actions.run()} isDisabled={isEmpty}>
            <Trans>Run</Trans>
          </Button>
          <RunMenu experiment={experiment} actions={actions} isDisabled={isEmpty} />
        </span>
      )}
    </div>
  )
}

function RunMenu({ experiment, actions, isDisabled }: { experiment: string; actions: RunActions; isDisabled: boolean }) {
  const { t } = useLingui()
  const target = useEditor(experiment, (state) => state.selection.at(-1))
  return (
    <MenuButton
      label={t`Ways to run`}
      trigger={<IconButton variant="primary" label={t`More ways to run`} icon={<ChevronDown />} isDisabled={isDisabled} />}
    >
      <MenuItem label={t`Run all`} keys="Mod+Enter" icon={<Play />} onAction={() => actions.run()} />
      <MenuItem
        label={target ? t`Run to ${target}` : t`Run to the selected node`}
        description={t`That node and what it needs`}
        keys="Shift+Enter"
        icon={<StepForward />}
        isDisabled={!target}
        onAction={() => actions.run(here(experiment))}
      />
      <MenuSeparator />
      <MenuItem
        label={t`Run all anew`}
        description={t`Nothing is reused`}
        icon={<RefreshCw />}
        onAction={() => actions.run(undefined, { fresh: true })}
      />
      <MenuItem
        label={t`Run, and stop at the first failure`}
        description={t`Else other branches are finished`}
        icon={<Square />}
        onAction={() => actions.run(undefined, { fail_fast: true })}
      />
    </MenuButton>
  )
}

/** Whoever began a run that fails is taken to the node that failed, with its log open. */
function useShowFailure(experiment: string): void {
  const failed = useRun(experiment, (state) => state.failed)
  const handle = useContext(EditorContext)
  useEffect(() => {
    if (failed === null) return
    editor(experiment).getState().select([failed])
    handle?.view.setState({ bottom: 'log', isBottomOpen: true })
  }, [failed, experiment, handle])
}
