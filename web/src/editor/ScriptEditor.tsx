import { useLingui } from '@lingui/react/macro'
import { Bug, CircleSlash, Maximize2, Minimize2, Play, Search, WandSparkles } from 'lucide-react'
import { useEffect, useId, useMemo, useState } from 'react'

import { Button, classes, Dialog, IconButton, Popover, PopoverTrigger, toast } from '../ui'
import type { Surroundings } from './assistant'
import { EditorHost } from './EditorHost'
import { type Failure, showFailure } from './failure'
import { type Asked, Help } from './Help'
import type { LanguageName, Schema } from './languages'
import { fixAll, lookAgain, offersAtCursor } from './problems'
import { ScriptNotes } from './ScriptNotes'
import styles from './ScriptEditor.module.css'
import { openSearch } from './setup'
import { useEditorView } from './useEditorView'
import { useScriptCommands } from './useScriptCommands'

export interface ScriptEditorProps {
  title: string
  description?: string | undefined
  language: LanguageName
  value: string
  onChange: (text: string) => void
  isReadOnly?: boolean
  surroundings?: Surroundings | undefined
  failure?: Failure | null
  /** Run up to this script; its text is told before. */
  onRun?: (() => void) | undefined
  isRunning?: boolean
  onDebug?: (() => void) | undefined
}

/** A script with everything around it; it knows nothing of experiments. */
export default function ScriptEditor(props: ScriptEditorProps) {
  const { title, description, language, value, onChange, isReadOnly = false, surroundings, failure = null, onRun, isRunning = false, onDebug } = props
  const { t } = useLingui()
  const hint = useId()
  const [isFull, setIsFull] = useState(false)
  const run = () => {
    if (!onRun || isReadOnly) return false
    editing?.flush()
    if (!isRunning) onRun()
    return true
  }
  const schema = useMemo(() => (language === 'sql' ? tablesOf(surroundings) : NO_TABLES), [language, surroundings])
  const toggleFullScreen = () => setIsFull(!isFull)
  const [help, setHelp] = useState<Asked | null>(null)
  const advice = {
    explainImport: (module: string) => setHelp({ module }),
    convert: () => setHelp('conversion'),
  }
  // What is closed may have opened another by then.
  const closeHelp = () => setHelp((now) => (now === help ? null : now))
  const offerFixes = async () => {
    if (!editing) return
    const offers = await offersAtCursor(editing.view, editing.assistant, advice)
    if (offers.length > 0) setHelp({ offers })
    else toast.info(t`There is no quick fix here.`)
  }
  const { editing, missing, isPython2, fixes } = useEditorView({
    value, onChange, language, schema, isReadOnly, label: title, describedBy: hint, run, toggleFullScreen,
    offerFixes: () => void offerFixes(), ...advice,
  })
  const fixEvery = fixes > 0 && !isReadOnly && editing ? () => fixAll(editing.view) : undefined

  useScriptCommands(editing?.view ?? null, { toggleFullScreen, debug: onDebug, fixAll: fixEvery })

  useEffect(() => {
    if (!editing || !surroundings) return
    editing.assistant.surround(surroundings)
    lookAgain(editing.view)
  }, [editing, surroundings])

  useEffect(() => {
    if (editing) showFailure(editing.view, failure)
  }, [editing, failure])

  const tools = editing && (
    <div className={styles.tools} role="group" aria-label={t`Tools of the editor`}>
      <IconButton size="small" label={t`Find and replace`} keys="Mod+F" icon={<Search />} onPress={() => openSearch(editing.view)} />
      {fixEvery && <IconButton size="small" label={t`Fix all that is safe (${fixes})`} icon={<WandSparkles />} onPress={fixEvery} />}
      {onDebug && <IconButton size="small" label={t`Debug`} icon={<Bug />} onPress={onDebug} />}
      <IconButton
        size="small"
        label={isFull ? t`Leave full screen` : t`Full screen`}
        keys="Alt+M"
        icon={isFull ? <Minimize2 /> : <Maximize2 />}
        onPress={toggleFullScreen}
      />
      {onRun && !isReadOnly && (
        <Button size="small" icon={<Play />} isPending={isRunning} onPress={run}>
          {t`Run to here`}
        </Button>
      )}
    </div>
  )
  const leaving = (
    <span id={hint} className="hidden-visually">
      {isReadOnly ? t`Read only.` : t`Tab indents. To leave the editor press Escape, then Tab.`}
    </span>
  )

  const notes = language === 'python' && !isReadOnly && (
    <ScriptNotes script={value} surroundings={surroundings} isPython2={isPython2} onConvert={advice.convert} />
  )

  return (
    <div className={styles.field}>
      <div className={styles.head}>
        <span className={styles.title}>{title}</span>
        {!isFull && tools}
      </div>
      {!isFull && notes}
      <div className={classes(styles.frame, isFull && styles.away)}>
        {editing && !isFull && <EditorHost view={editing.view} className={styles.host} />}
        {!isFull && leaving}
      </div>
      {missing !== null && language === 'python' && !isReadOnly && <Missing reason={missing} />}
      {description && <p className={styles.description}>{description}</p>}
      {editing && isFull && (
        <Dialog title={title} isOpen onClose={() => setIsFull(false)} size="full" isFlush>
          <div className={styles.full}>
            <div className={styles.bar}>{tools}</div>
            {notes}
            <EditorHost view={editing.view} className={styles.fullHost} hasFocus />
            {leaving}
          </div>
        </Dialog>
      )}
      {editing && help && <Help asked={help} view={editing.view} environment={surroundings?.environment ?? ''} onClose={closeHelp} />}
    </div>
  )
}

const NO_TABLES: Schema = {}

/** A query calls what is connected `t1`, `t2` and so on, by the port. */
function tablesOf(surroundings: Surroundings | undefined): Schema {
  const named = surroundings?.tables.flatMap(({ isConnected, columns }, index) =>
    isConnected ? [[`t${index + 1}`, columns?.map(({ name }) => name) ?? []] as const] : [],
  )
  return Object.fromEntries(named ?? [])
}

/** Quietly: the editor is as good without. */
function Missing({ reason }: { reason: string }) {
  const { t } = useLingui()
  const words = t`No help while typing`
  return (
    <PopoverTrigger>
      <Button size="small" variant="quiet" icon={<CircleSlash />} className={styles.missing}>
        {words}
      </Button>
      <Popover label={words}>
        <p className={styles.reason}>{reason}</p>
      </Popover>
    </PopoverTrigger>
  )
}
