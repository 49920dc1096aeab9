import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { FileUp } from 'lucide-react'

import type { FormField, FormInput } from '../api/services'
import { Badge, Button, ComboBox, Disclosure, FilePicker, TextField } from '../ui'
import type { InputDraft } from './call'
import { formatRows, parseRows, RowsError } from './rows'
import { rowsFault } from './rowsFault'
import styles from './TestForm.module.css'

interface Props {
  input: FormInput
  draft: InputDraft
  onChange: (draft: InputDraft) => void
}

/** The boxes of one input; while there are rows as text, those are sent in place of the boxes. */
export function InputFields({ input, draft, onChange }: Props) {
  const hasText = draft.text.trim() !== ''
  const setCell = (at: number, value: string) =>
    onChange({ ...draft, cells: draft.cells.map((cell, place) => (place === at ? (value === '' ? null : value) : cell)) })
  return (
    <fieldset className={styles.group}>
      <legend>
        <code>{input.name}</code>
        {!input.real && (
          <Badge>
            <Trans>made-up values</Trans>
          </Badge>
        )}
      </legend>
      <div className={styles.boxes}>
        {input.fields.map((field, at) => (
          <Box key={field.name} field={field} value={draft.cells[at] ?? null} isDisabled={hasText} onChange={(value) => setCell(at, value)} />
        ))}
      </div>
      <ManyRows input={input} draft={draft} onChange={onChange} />
    </fieldset>
  )
}

interface BoxProps {
  field: FormField
  value: string | null
  isDisabled: boolean
  onChange: (value: string) => void
}

const NUMERIC: Record<string, 'numeric' | 'decimal'> = { Integer: 'numeric', Double: 'decimal' }

function Box({ field, value, isDisabled, onChange }: BoxProps) {
  const { t } = useLingui()
  const aside = <span className={styles.type}>{field.known ? field.type : t`any type`}</span>
  const choices = field.type === 'Boolean' ? ['true', 'false'] : field.categories
  const known = { label: field.name, aside, isDisabled, placeholder: t`missing` }
  if (choices.length > 0) {
    return (
      <ComboBox
        {...known}
        isFree
        options={choices.map((each) => ({ id: each, label: each }))}
        value={value !== null && choices.includes(value) ? value : null}
        text={value ?? ''}
        onText={onChange}
        onChange={(chosen) => onChange(chosen ?? '')}
      />
    )
  }
  const mode = NUMERIC[field.type]
  return <TextField {...known} value={value ?? ''} onChange={onChange} spellCheck="false" {...(mode ? { inputMode: mode } : {})} />
}

function ManyRows({ input, draft, onChange }: Props) {
  const { t } = useLingui()
  const { text } = draft
  const { count, fault } = counted(text)
  const header = formatRows({ columns: input.fields.map((field) => field.name), values: [] })
  const open = async ([file]: File[]) => {
    if (file) onChange({ ...draft, text: await file.text() })
  }
  return (
    <Disclosure
      title={<Trans>Many rows</Trans>}
      aside={count > 0 && <Badge tone="accent"><Plural value={count} one="# row" other="# rows" /></Badge>}
    >
      <div className={styles.many}>
        <TextField
          label={t`Rows`}
          description={t`Comma- or tab-separated, with a line of column names first. While there is text here it is sent in place of the boxes; an empty cell is missing.`}
          rows={6}
          isCode
          value={text}
          onChange={(changed) => onChange({ ...draft, text: changed })}
          placeholder={header}
          error={fault}
          spellCheck="false"
        />
        <div className={styles.actions}>
          <FilePicker types={['.csv', '.tsv', '.txt']} onFiles={(files) => void open(files)}>
            <Button size="small" icon={<FileUp />}>
              <Trans>Open a file</Trans>
            </Button>
          </FilePicker>
          <Button size="small" onPress={() => onChange({ ...draft, text: formatRows({ columns: input.fields.map((field) => field.name), values: input.samples }) })}>
            <Trans>Take the sample rows</Trans>
          </Button>
          {text !== '' && (
            <Button size="small" onPress={() => onChange({ ...draft, text: '' })}>
              <Trans>Clear</Trans>
            </Button>
          )}
        </div>
      </div>
    </Disclosure>
  )
}

function counted(text: string): { count: number; fault: string | null } {
  if (text.trim() === '') return { count: 0, fault: null }
  try {
    return { count: parseRows(text).values.length, fault: null }
  } catch (error) {
    if (error instanceof RowsError) return { count: 0, fault: rowsFault(error.fault) }
    throw error
  }
}
