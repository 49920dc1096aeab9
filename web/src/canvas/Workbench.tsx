import { Trans, useLingui } from '@lingui/react/macro'
import { ChevronDown, ChevronUp, CircleAlert, Database, ListTree, PanelLeft, PanelRight, Redo2, ScrollText, Undo2, Workflow } from 'lucide-react'
import { Suspense } from 'react'

import { TopBar } from '../app/TopBar'
import { keysOf } from '../commands/commands'
import { Outline } from '../outline/Outline'
import { Palette } from '../palette/Palette'
import { Properties } from '../properties/Properties'
import { Badge } from '../ui/Badge'
import { IconButton } from '../ui/Button'
import { Segments } from '../ui/Choice'
import { EmptyState } from '../ui/EmptyState'
import { useTitle } from '../ui/Panel'
import { Loading } from '../ui/Spinner'
import { SplitPane } from '../ui/SplitPane'
import { Tabs } from '../ui/Tabs'
import { useEditorActions } from './actions'
import { AddList } from './AddList'
import { Canvas } from './Canvas'
import { CanvasMenu } from './CanvasMenu'
import { useClipboard } from './clipboard'
import { ConflictDialog } from './ConflictDialog'
import { ConnectList } from './ConnectList'
import { useDoc, useHandle, useView } from './context'
import styles from './EditorPage.module.css'
import { FindBox } from './FindBox'
import { Heading } from './Heading'
import { Problems } from './Problems'
import { useAllProblems, useCheck } from './problems'
import { ServeList } from './ServeList'
import { HistoryPane, LogPane, PreviewPane, PublishButton, RunBar } from './slots'
import { useEditorCommands } from './useEditorCommands'
import { useStatusSpeech } from './useStatusSpeech'
import { NARROW, type View } from './view'

/** A window in which the canvas needs the room. */
const isNarrow = () => window.innerWidth < NARROW

/** Palette, canvas, properties, and what is told below. */
export function Workbench() {
  const { t } = useLingui()
  const { experiment } = useHandle()
  const title = useDoc((state) => state.document.title)
  const isPaletteOpen = useView((view) => view.isPaletteOpen)
  const isReadOnly = useDoc((state) => state.isReadOnly)
  const isRightOpen = useView((view) => view.isRightOpen)
  useTitle(title || t`Untitled experiment`)
  useEditorCommands()
  useClipboard()
  useCheck()
  useStatusSpeech()
  return (
    <div className={styles.workbench}>
      <TopBar
        actions={
          <Suspense>
            <RunBar experiment={experiment} />
            {!isReadOnly && <PublishButton experiment={experiment} />}
          </Suspense>
        }
      >
        <Heading />
      </TopBar>
      <SplitPane name="palette" label={t`Width of the palette`} size={isNarrow() ? 200 : 260} least={180} most={480} isClosed={!isPaletteOpen || isReadOnly}>
        <Palette />
        <SplitPane name="properties" label={t`Width of the properties`} sized="second" size={isNarrow() ? 280 : 340} least={240} most={900} isClosed={!isRightOpen}>
          <Middle />
          <Right />
        </SplitPane>
      </SplitPane>
      <AddList />
      <ConnectList />
      <ServeList />
      <CanvasMenu />
      <ConflictDialog />
      <div id="canvas-says" className="hidden-visually" role="status" />
    </div>
  )
}

function Middle() {
  const { t } = useLingui()
  const isBottomOpen = useView((view) => view.isBottomOpen)
  const mode = useView((view) => view.mode)
  return (
    <div className={styles.middle}>
      <Toolbar />
      <SplitPane name="bottom" label={t`Height of the panel below`} direction="column" sized="second" size={300} least={100} most={900} isClosed={!isBottomOpen}>
        <div className={styles.stage}>
          {mode === 'canvas' ? <Canvas /> : <Outline />}
          <FindBox />
        </div>
        <Bottom />
      </SplitPane>
      {!isBottomOpen && <BottomBar />}
    </div>
  )
}

function Toolbar() {
  const { t } = useLingui()
  const { view } = useHandle()
  const actions = useEditorActions()
  const mode = useView((state) => state.mode)
  const isReadOnly = useDoc((state) => state.isReadOnly)
  const canUndo = useDoc((state) => state.history.past.length > 0)
  const canRedo = useDoc((state) => state.history.future.length > 0)
  const undoes = useDoc((state) => state.history.past.at(-1)?.label)
  const redoes = useDoc((state) => state.history.future[0]?.label)
  return (
    <div className={styles.toolbar} role="toolbar" aria-label={t`Editor`}>
      {!isReadOnly && (
        <>
          <IconButton size="small" label={t`Palette`} icon={<PanelLeft />} onPress={() => view.setState(({ isPaletteOpen }) => ({ isPaletteOpen: !isPaletteOpen }))} />
          <IconButton size="small" label={undoes ? t`Undo: ${undoes}` : t`Undo`} keys="Mod+Z" icon={<Undo2 />} isDisabled={!canUndo} onPress={actions.undo} />
          <IconButton size="small" label={redoes ? t`Redo: ${redoes}` : t`Redo`} keys="Mod+Shift+Z" icon={<Redo2 />} isDisabled={!canRedo} onPress={actions.redo} />
        </>
      )}
      <span className={styles.gap} />
      <Segments
        label={t`View`}
        value={mode}
        onChange={(next) => view.setState({ mode: next })}
        options={[
          { id: 'canvas', label: t`Canvas`, icon: <Workflow aria-hidden /> },
          { id: 'outline', label: t`Outline`, icon: <ListTree aria-hidden /> },
        ]}
      />
      <span className={styles.gap} />
      <IconButton size="small" label={t`Properties`} icon={<PanelRight />} onPress={() => view.setState(({ isRightOpen }) => ({ isRightOpen: !isRightOpen }))} />
    </div>
  )
}

function Right() {
  const { t } = useLingui()
  const { experiment, view } = useHandle()
  const right = useView((state) => state.right)
  return (
    <Tabs
      label={t`About the choice`}
      className={styles.pane ?? ''}
      value={right}
      onChange={(next) => view.setState({ right: next })}
      items={[
        { id: 'properties', title: t`Properties`, content: <Properties /> },
        {
          id: 'runs',
          title: t`Runs`,
          content: (
            <Suspense fallback={<Loading />}>
              <HistoryPane experiment={experiment} />
            </Suspense>
          ),
        },
      ]}
    />
  )
}

function Bottom() {
  const { t } = useLingui()
  const { experiment, view } = useHandle()
  const bottom = useView((state) => state.bottom)
  const port = useView((state) => state.port)
  const selected = useDoc((state) => state.selection.at(-1) ?? null)
  return (
    <Tabs<View['bottom']>
      label={t`What is told`}
      className={styles.pane ?? ''}
      value={bottom}
      onChange={(next) => view.setState({ bottom: next })}
      actions={<IconButton size="small" label={t`Close the panel`} icon={<ChevronDown />} onPress={() => view.setState({ isBottomOpen: false })} />}
      items={[
        {
          id: 'log',
          title: t`Log`,
          icon: <ScrollText aria-hidden />,
          content: (
            <Suspense fallback={<Loading />}>
              <LogPane experiment={experiment} node={selected} />
            </Suspense>
          ),
        },
        {
          id: 'data',
          title: t`Data`,
          icon: <Database aria-hidden />,
          content: port ? (
            <Suspense fallback={<Loading />}>
              <PreviewPane experiment={experiment} node={port.node} port={port.port} />
            </Suspense>
          ) : (
            <EmptyState title={t`Nothing chosen`}>
              <Trans>Press an output port, the sign below a node, to look into what came out of it.</Trans>
            </EmptyState>
          ),
        },
        { id: 'problems', title: t`Problems`, icon: <CircleAlert aria-hidden />, badge: <ProblemCount />, content: <Problems /> },
      ]}
    />
  )
}

/** The closed panel: its tabs, which open it. */
function BottomBar() {
  const { t } = useLingui()
  const { view } = useHandle()
  const open = (bottom: View['bottom']) => view.setState({ bottom, isBottomOpen: true })
  return (
    <div className={styles.bottomBar} role="toolbar" aria-label={t`Panel below`}>
      <button type="button" onClick={() => open('log')} title={keysOf('editor.log')}>
        <ScrollText aria-hidden />
        <Trans>Log</Trans>
      </button>
      <button type="button" onClick={() => open('data')}>
        <Database aria-hidden />
        <Trans>Data</Trans>
      </button>
      <button type="button" onClick={() => open('problems')}>
        <CircleAlert aria-hidden />
        <Trans>Problems</Trans>
        <ProblemCount />
      </button>
      <span className={styles.gap} />
      <ChevronUp aria-hidden />
    </div>
  )
}

function ProblemCount() {
  const problems = useAllProblems()
  if (!problems.length) return null
  return <Badge tone={problems.some((each) => each.severity === 'error') ? 'danger' : 'warn'}>{problems.length}</Badge>
}
