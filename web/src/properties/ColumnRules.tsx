import { Trans, useLingui } from '@lingui/react/macro'
import { Plus, Trash2 } from 'lucide-react'

import { Button, IconButton } from '../ui/Button'
import { Checkbox } from '../ui/Choice'
import { Select } from '../ui/Select'
import { TextField } from '../ui/TextField'
import { type Columns, type CriterionKind, type KnownColumn, NO_RULE, quoted, ranges, ROLES, type Rule, TYPES, unquoted } from './columns'
import styles from './Properties.module.css'

interface ColumnRulesProps {
  columns: Columns
  known: readonly KnownColumn[] | null
  onChange: (columns: Columns) => void
}

/** Begin with all or none; each rule then adds some or takes some away. */
export function ColumnRules({ columns, known, onChange }: ColumnRulesProps) {
  const { t } = useLingui()
  const setRule = (place: number, rule: Rule) => onChange({ ...columns, rules: columns.rules.map((each, index) => (index === place ? rule : each)) })
  return (
    <>
      <Select
        label={t`Begin with`}
        size="small"
        value={columns.all ? 'all' : 'none'}
        onChange={(begin) => onChange({ ...columns, all: begin === 'all' })}
        options={[
          { id: 'none', label: t`No columns` },
          { id: 'all', label: t`All columns` },
        ]}
      />
      <ol className={styles.rules}>
        {columns.rules.map((rule, place) => (
          // Rules have no names; the place is what they are known by.
          <li key={place}>
            <RuleRow rule={rule} known={known} onChange={(next) => setRule(place, next)} onRemove={() => onChange({ ...columns, rules: columns.rules.filter((_, index) => index !== place) })} />
          </li>
        ))}
      </ol>
      <div>
        <Button size="small" icon={<Plus />} onPress={() => onChange({ ...columns, rules: [...columns.rules, { ...NO_RULE, include: !columns.all, types: ['Numeric'] }] })}>
          <Trans>Add a rule</Trans>
        </Button>
      </div>
      <Checkbox isSelected={columns.keep} onChange={(keep) => onChange({ ...columns, keep })} description={t`Columns come as the rules name them, and as often.`}>
        <Trans>Keep duplicates and the order of the rules</Trans>
      </Checkbox>
    </>
  )
}

const kindOf = (rule: Rule): CriterionKind => (rule.names.length ? 'names' : rule.indices ? 'indices' : rule.roles.length ? 'roles' : rule.types.length ? 'types' : 'names')

function RuleRow({ rule, known, onChange, onRemove }: { rule: Rule; known: readonly KnownColumn[] | null; onChange: (rule: Rule) => void; onRemove: () => void }) {
  const { t } = useLingui()
  const kind = kindOf(rule)
  const fresh = (next: CriterionKind): Rule => {
    const empty = { ...NO_RULE, include: rule.include }
    if (next === 'types') return { ...empty, types: ['Numeric'] }
    if (next === 'roles') return { ...empty, roles: ['label'] }
    if (next === 'indices') return { ...empty, indices: '1' }
    return { ...empty, names: [known?.[0]?.name ?? t`name`] }
  }
  return (
    <div className={styles.rule}>
      <Select
        label={t`What the rule does`}
        hideLabel
        size="small"
        value={rule.include ? 'include' : 'exclude'}
        onChange={(word) => onChange({ ...rule, include: word === 'include' })}
        options={[
          { id: 'include', label: t`Include` },
          { id: 'exclude', label: t`Exclude` },
        ]}
      />
      <Select
        label={t`By what`}
        hideLabel
        size="small"
        value={kind}
        onChange={(next) => onChange(fresh(next))}
        options={[
          { id: 'names', label: t`names` },
          { id: 'indices', label: t`places` },
          { id: 'types', label: t`types` },
          { id: 'roles', label: t`roles` },
        ]}
      />
      <div className={styles.criterion}>
        <Criterion rule={rule} kind={kind} known={known} onChange={onChange} />
      </div>
      <IconButton size="small" label={t`Remove the rule`} icon={<Trash2 />} onPress={onRemove} />
    </div>
  )
}

function Criterion({ rule, kind, known, onChange }: { rule: Rule; kind: CriterionKind; known: readonly KnownColumn[] | null; onChange: (rule: Rule) => void }) {
  const { t } = useLingui()
  if (kind === 'indices') {
    return (
      <TextField
        label={t`Places, such as 1-3,7`}
        hideLabel
        size="small"
        placeholder="1-3,7"
        value={rule.indices}
        error={ranges(rule.indices) === null ? t`Places are numbers from 1 and ranges, such as 1-3,7.` : null}
        onChange={(indices) => onChange({ ...rule, indices: indices || ' ' })}
      />
    )
  }
  if (kind === 'names') {
    const missing = known ? rule.names.filter((name) => !known.some((each) => each.name === name)) : []
    return (
      <TextField
        label={t`Names, with commas between them`}
        hideLabel
        size="small"
        defaultValue={rule.names.map(quoted).join(', ')}
        description={missing.length ? t`Not in what comes in: ${missing.join(', ')}` : undefined}
        onChange={(text) => onChange({ ...rule, names: unquoted(text) })}
      />
    )
  }
  const words: readonly string[] = kind === 'types' ? TYPES : ROLES
  const had = kind === 'types' ? rule.types : rule.roles
  const toggle = (word: string, isOn: boolean) => {
    const next = isOn ? words.filter((each) => each === word || had.includes(each)) : had.filter((each) => each !== word)
    if (next.length) onChange({ ...rule, [kind]: next })
  }
  return (
    <div className={styles.words}>
      {words.map((word) => (
        <Checkbox key={word} isSelected={had.includes(word)} onChange={(isOn) => toggle(word, isOn)}>
          {word}
        </Checkbox>
      ))}
    </div>
  )
}
