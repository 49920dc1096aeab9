import { Trans, useLingui } from '@lingui/react/macro'
import { Ellipsis, Eye, Hammer, Trash2 } from 'lucide-react'
import { useLocation } from 'wouter'

import { type EnvironmentSummary, isBuilding, useEnvironmentUsers } from '../api/environments'
import { links } from '../app/links'
import { NameLink } from '../datasets/Crumb'
import styles from '../datasets/data.module.css'
import { Badge, Button, Cell, Column, formatBytes, formatNumber, IconButton, MenuButton, MenuItem, MenuSeparator, Row, Table, TableBody, TableHeader } from '../ui'
import { EnvironmentState } from './EnvironmentState'
import look from './environments.module.css'
import { aboutOf, NEEDED } from './naming'
import type { SortColumn, Sorting } from './sorting'
import { useBuilding } from './useBuilding'

interface Props {
  environments: readonly EnvironmentSummary[]
  sorting: Sorting
  onSort: (sorting: Sorting) => void
  onRemove: (environment: EnvironmentSummary) => void
}

export function EnvironmentTable({ environments, sorting, onSort, onRemove }: Props) {
  const { t } = useLingui()
  return (
    <Table
      aria-label={t`Environments`}
      sortDescriptor={sorting}
      onSortChange={({ column, direction }) => onSort({ column: column as SortColumn, direction })}
    >
      <TableHeader>
        <Column id="name" isRowHeader allowsSorting><Trans>Name</Trans></Column>
        <Column id="state"><Trans>State</Trans></Column>
        <Column id="python" allowsSorting><Trans>Python</Trans></Column>
        <Column id="packages" isEnd allowsSorting><Trans>Packages</Trans></Column>
        <Column id="size" isEnd allowsSorting><Trans>Size</Trans></Column>
        <Column id="users" isEnd><Trans>Used by</Trans></Column>
        <Column id="menu"><span className="hidden-visually"><Trans>Actions</Trans></span></Column>
      </TableHeader>
      <TableBody items={environments.map((environment) => ({ environment, id: environment.name }))} empty={<Trans>No environment has these words.</Trans>}>
        {({ environment }) => (
          <Row id={environment.name} textValue={environment.name}>
            <Cell><Named environment={environment} /></Cell>
            <Cell><State environment={environment} /></Cell>
            <Cell><span className={styles.numbers}>{environment.python || '–'}</span></Cell>
            <Cell isEnd>{environment.digest && environment.state !== 'absent' ? formatNumber(environment.package_count) : '–'}</Cell>
            <Cell isEnd><span className={styles.numbers}>{environment.size === null ? '–' : formatBytes(environment.size)}</span></Cell>
            <Cell isEnd><UserCount name={environment.name} /></Cell>
            <Cell isEnd><Actions environment={environment} onRemove={() => onRemove(environment)} /></Cell>
          </Row>
        )}
      </TableBody>
    </Table>
  )
}

function Named({ environment: { name, shipped, kind, compatibility } }: { environment: EnvironmentSummary }) {
  const { t } = useLingui()
  const about = aboutOf(name)
  return (
    <>
      <span className={look.named}>
        <NameLink href={links.environment(name)}>{name}</NameLink>
        {shipped && <Badge><Trans>shipped</Trans></Badge>}
        {kind === 'registered' && <Badge><Trans>registered</Trans></Badge>}
        {compatibility && <Badge tone="accent"><Trans>old names</Trans></Badge>}
      </span>
      {about && <span className={styles.below}>{t(about)}</span>}
    </>
  )
}

function State({ environment }: { environment: EnvironmentSummary }) {
  const { build, state } = environment
  const line = isBuilding(build) ? build?.lines.at(-1) : undefined
  return (
    <>
      <EnvironmentState environment={environment} />
      {line && <span className={styles.below}>{line}</span>}
      {state === 'ready' && build?.state === 'failed' && <span className={styles.below}><Trans>Its last update failed</Trans></span>}
    </>
  )
}

/** How many experiments and services; who they are is told on its page. */
function UserCount({ name }: { name: string }) {
  const { data } = useEnvironmentUsers(name)
  const count = data?.filter(({ kind }) => kind !== 'endpoint').length
  return <>{count === undefined ? '' : formatNumber(count)}</>
}

function Actions({ environment, onRemove }: { environment: EnvironmentSummary; onRemove: () => void }) {
  const { t } = useLingui()
  const [, go] = useLocation()
  const { build, cancel, isPending } = useBuilding(environment)
  const { name, state } = environment
  if (isBuilding(environment.build)) {
    return <Button size="small" onPress={cancel} isPending={isPending} aria-label={t`Cancel the build of ${name}`}><Trans>Cancel</Trans></Button>
  }
  if (state === 'absent') {
    return <Button size="small" icon={<Hammer />} onPress={build} isPending={isPending} aria-label={t`Build ${name}`}><Trans>Build</Trans></Button>
  }
  const trigger = <IconButton label={t`What can be done with ${name}`} icon={<Ellipsis />} size="small" />
  return (
    <MenuButton label={t`Actions of ${name}`} trigger={trigger}>
      <MenuItem label={t`Open`} icon={<Eye />} onAction={() => go(links.environment(name))} />
      <MenuSeparator />
      {state === 'failed' ? (
        <MenuItem label={t`Forget`} icon={<Trash2 />} onAction={cancel} />
      ) : (
        <MenuItem label={t`Remove…`} icon={<Trash2 />} isDanger isDisabled={NEEDED.includes(name)} onAction={onRemove} />
      )}
    </MenuButton>
  )
}
