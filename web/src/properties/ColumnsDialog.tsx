import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'

import { Button } from '../ui/Button'
import { Segments } from '../ui/Choice'
import { Dialog } from '../ui/Dialog'
import { ColumnNames } from './ColumnNames'
import { ColumnRules } from './ColumnRules'
import { type Columns, type KnownColumn, named, namesOf, ranges, selected } from './columns'
import styles from './Properties.module.css'

interface ColumnsDialogProps {
  title: string
  columns: Columns
  known: readonly KnownColumn[] | null
  isReadOnly: boolean
  onDone: (columns: Columns) => void
  onClose: () => void
}

/** Columns by their names, or by rules that hold for tables to come. */
export function ColumnsDialog({ title, columns, known, isReadOnly, onDone, onClose }: ColumnsDialogProps) {
  const { t } = useLingui()
  const [chosen, setChosen] = useState(columns)
  const names = namesOf(chosen)
  const [mode, setMode] = useState<'names' | 'rules'>(names ? 'names' : 'rules')
  const isSound = chosen.rules.every((rule) => ranges(rule.indices) !== null)
  const count = known ? selected(chosen, known).length : null
  const of = known?.length ?? 0
  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      size="medium"
      actions={
        <>
          <span className={styles.tally} role="status">
            {count === null ? null : <Trans>{count} of {of} columns</Trans>}
          </span>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button variant="primary" isDisabled={isReadOnly || !isSound} onPress={() => onDone(chosen)}>
            <Trans>Use these columns</Trans>
          </Button>
        </>
      }
    >
      <div className={styles.dialog}>
        <Segments
          label={t`How columns are chosen`}
          value={mode}
          onChange={(next) => {
            setMode(next)
            if (next === 'names' && !names) setChosen(named(known ? selected(chosen, known).map((each) => each.name) : []))
          }}
          options={[
            { id: 'names', label: t`By name` },
            { id: 'rules', label: t`With rules` },
          ]}
        />
        {mode === 'names' ? (
          <ColumnNames names={names ?? []} known={known} onChange={(next) => setChosen(named(next))} />
        ) : (
          <ColumnRules columns={chosen} known={known} onChange={setChosen} />
        )}
      </div>
    </Dialog>
  )
}
