import { Trans, useLingui } from '@lingui/react/macro'
import { ChevronDown, FileUp, LayoutTemplate, Plus, SearchX, Trash2, Workflow } from 'lucide-react'
import { useCallback, useDeferredValue, useMemo, useRef, useState } from 'react'
import { FileTrigger } from 'react-aria-components'
import { useSearchParams } from 'wouter'

import { type ListedExperiment, useExperiments } from '../api/experiments'
import { type Command, useCommands } from '../commands/commands'
import { Button, Confirm, EmptyState, ErrorState, FileDrop, Loading, MenuButton, MenuItem, Page, SearchField, ToggleButton } from '../ui'
import styles from './experiments.module.css'
import { ExperimentTable } from './ExperimentTable'
import { SampleDialog } from './SampleDialog'
import { newestFirst, sorted } from './sorting'
import { type ExperimentActions, useExperimentActions } from './useExperimentActions'

const TYPES = ['.yaml', '.yml', '.json']

export default function ExperimentsPage() {
  const { t } = useLingui()
  const [search, setSearch] = useSearchParams()
  const isDeleted = search.has('deleted')
  const [wish, setWish] = useState('')
  const actions = useExperimentActions()
  const [isChoosing, setChoosing] = useState(false)
  const { pick, picker } = usePicker(actions.importFiles)
  useListCommands(actions, useCallback(() => setChoosing(true), []), pick)
  const begin = <Begin actions={actions} onSample={() => setChoosing(true)} onImport={pick} />
  return (
    <FileDrop label={t`Drop experiment files to import them`} onFiles={actions.importFiles}>
      <Page title={isDeleted ? t`Deleted experiments` : t`Experiments`} actions={!isDeleted && begin}>
        <div className={styles.tools}>
          <SearchField label={t`Search experiments`} value={wish} onChange={setWish} className={styles.search} />
          <span className={styles.gap} />
          <ToggleButton
            icon={<Trash2 />}
            isSelected={isDeleted}
            onChange={(isOn) => setSearch(isOn ? { deleted: '' } : {}, { replace: true })}
          >
            <Trans>Deleted</Trans>
          </ToggleButton>
        </div>
        <List wish={useDeferredValue(wish)} isDeleted={isDeleted} actions={actions} begin={begin} />
      </Page>
      <SampleDialog
        isOpen={isChoosing}
        onClose={() => setChoosing(false)}
        onChoose={(id) => {
          setChoosing(false)
          actions.fromSample(id)
        }}
      />
      {picker}
    </FileDrop>
  )
}

interface ListProps {
  wish: string
  isDeleted: boolean
  actions: ExperimentActions
  begin: React.ReactNode
}

function List({ wish, isDeleted, actions, begin }: ListProps) {
  const { t } = useLingui()
  const found = useExperiments(wish.trim(), isDeleted)
  const [sort, setSort] = useState(newestFirst)
  const [asked, setAsked] = useState<ListedExperiment | null>(null)
  const list = useMemo(() => sorted(found.data ?? [], sort), [found.data, sort])
  if (found.isPending) return <Loading />
  if (found.isLoadingError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />
  if (!list.length) return <Nothing wish={wish} isDeleted={isDeleted} begin={begin} />
  return (
    <>
      <ExperimentTable
        experiments={list}
        sort={sort}
        onSort={setSort}
        isDeleted={isDeleted}
        onDuplicate={(each) => actions.duplicate(each, list.map(({ title }) => title))}
        onDelete={(each) => (isDeleted ? setAsked(each) : actions.remove(each))}
        onRestore={actions.restore}
      />
      <Confirm
        title={t`Delete for good?`}
        isOpen={asked !== null}
        onClose={() => setAsked(null)}
        action={t`Delete for good`}
        isDanger
        onConfirm={() => {
          if (asked) actions.removeForGood(asked)
          setAsked(null)
        }}
      >
        <Trans>
          {asked?.title} goes with the records of its runs. Web services that were published from it stay. This cannot be undone.
        </Trans>
      </Confirm>
    </>
  )
}

function Nothing({ wish, isDeleted, begin }: Omit<ListProps, 'actions'>) {
  const { t } = useLingui()
  if (wish.trim())
    return (
      <EmptyState icon={<SearchX />} title={t`Nothing found`}>
        <Trans>No experiment has “{wish.trim()}” in its title, description or modules.</Trans>
      </EmptyState>
    )
  if (isDeleted)
    return (
      <EmptyState icon={<Trash2 />} title={t`Nothing was deleted`}>
        <Trans>Experiments that you delete stay here until you delete them for good.</Trans>
      </EmptyState>
    )
  return (
    <EmptyState icon={<Workflow />} title={t`Your first experiment`} actions={begin}>
      <Trans>
        An experiment is a graph: data flows through modules, and each step's result can be looked at. Begin with a sample, an
        empty canvas, or drop an experiment file here.
      </Trans>
    </EmptyState>
  )
}

interface BeginProps {
  actions: ExperimentActions
  onSample: () => void
  onImport: () => void
}

function Begin({ actions, onSample, onImport }: BeginProps) {
  const { t } = useLingui()
  return (
    <>
      <MenuButton
        label={t`Other ways to begin`}
        trigger={
          <Button icon={<ChevronDown />}>
            <Trans>From sample or file</Trans>
          </Button>
        }
      >
        <MenuItem label={t`From a sample…`} icon={<LayoutTemplate />} onAction={onSample} />
        <MenuItem
          label={t`Import a file…`}
          description={t`YAML, or JSON of the classic Studio`}
          icon={<FileUp />}
          onAction={onImport}
        />
      </MenuButton>
      <Button variant="primary" icon={<Plus />} onPress={actions.create}>
        <Trans>New experiment</Trans>
      </Button>
    </>
  )
}

/** A file picker that menus and commands open, too. */
function usePicker(onFiles: (files: File[]) => void) {
  const input = useRef<HTMLInputElement>(null)
  const pick = useMemo(() => () => input.current?.click(), [])
  const picker = (
    <FileTrigger ref={input} acceptedFileTypes={TYPES} allowsMultiple onSelect={(files) => files && onFiles([...files])} />
  )
  return { pick, picker }
}

function useListCommands(actions: ExperimentActions, sample: () => void, pick: () => void): void {
  const { t } = useLingui()
  const list = useMemo((): Command[] => {
    const group = t`Experiments`
    return [
      { id: 'experiments.new', title: t`New experiment`, group, keys: 'N', icon: <Plus />, run: actions.create },
      { id: 'experiments.sample', title: t`New experiment from a sample`, group, icon: <LayoutTemplate />, run: sample },
      { id: 'experiments.import', title: t`Import an experiment file`, group, icon: <FileUp />, run: pick },
    ]
  }, [t, actions, sample, pick])
  useCommands(list)
}
