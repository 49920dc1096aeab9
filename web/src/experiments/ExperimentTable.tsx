import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { CopyPlus, Ellipsis, RotateCcw, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'

import type { ListedExperiment } from '../api/experiments'
import { links } from '../app/links'
import {
  Cell,
  Column,
  formatDuration,
  IconButton,
  MenuButton,
  MenuItem,
  Row,
  type SortDescriptor,
  Status,
  statusOf,
  Table,
  TableBody,
  TableHeader,
  Time,
} from '../ui'
import styles from './experiments.module.css'
import { Thumbnail } from './Thumbnail'

interface ExperimentTableProps {
  experiments: readonly ListedExperiment[]
  sort: SortDescriptor
  onSort: (sort: SortDescriptor) => void
  /** Those that were deleted: they are not opened, only brought back or forgotten. */
  isDeleted: boolean
  onDuplicate: (experiment: ListedExperiment) => void
  onDelete: (experiment: ListedExperiment) => void
  onRestore: (experiment: ListedExperiment) => void
}

export function ExperimentTable({ experiments, sort, onSort, isDeleted, ...actions }: ExperimentTableProps) {
  const { t } = useLingui()
  return (
    <Table aria-label={isDeleted ? t`Deleted experiments` : t`Experiments`} sortDescriptor={sort} onSortChange={onSort}>
      <TableHeader>
        <Column id="title" isRowHeader allowsSorting>
          <Trans>Experiment</Trans>
        </Column>
        <Column id="run" allowsSorting>
          <Trans>Last run</Trans>
        </Column>
        <Column id="updated" allowsSorting>
          <Trans>Changed</Trans>
        </Column>
        <Column id="actions">
          <span className="hidden-visually">
            <Trans>Actions</Trans>
          </span>
        </Column>
      </TableHeader>
      <TableBody items={experiments} dependencies={[isDeleted, actions]}>
        {(experiment) => (
          <Row id={experiment.id} textValue={experiment.title} {...(isDeleted ? {} : { href: links.experiment(experiment.id) })}>
            <Cell>
              <Name experiment={experiment} />
            </Cell>
            <Cell>
              <LastRun experiment={experiment} />
            </Cell>
            <Cell>
              <span className={styles.quiet}>
                <Time at={experiment.updated} />
              </span>
            </Cell>
            <Cell isEnd>
              <Actions experiment={experiment} isDeleted={isDeleted} {...actions} />
            </Cell>
          </Row>
        )}
      </TableBody>
    </Table>
  )
}

function Name({ experiment: { title, summary, graph } }: { experiment: ListedExperiment }) {
  return (
    <div className={styles.name}>
      <Thumbnail graph={graph} />
      <div className={styles.words}>
        <div className={styles.title}>{title}</div>
        {summary && <div className={styles.summary}>{summary}</div>}
        <div className={styles.count}>
          <Plural value={graph.nodes.length} _0="Empty" one="# module" other="# modules" />
        </div>
      </div>
    </div>
  )
}

function LastRun({ experiment: { run } }: { experiment: ListedExperiment }) {
  if (!run) return <Status status="idle" />
  return (
    <div className={styles.run}>
      <Status status={statusOf(run.status)} />
      <span className={styles.quiet}>
        <Time at={run.started} />
        {run.ended !== null && ` · ${formatDuration(run.ended - run.started)}`}
      </span>
    </div>
  )
}

type ActionsProps = Pick<ExperimentTableProps, 'isDeleted' | 'onDuplicate' | 'onDelete' | 'onRestore'> & { experiment: ListedExperiment }

function Actions({ experiment, isDeleted, onDuplicate, onDelete, onRestore }: ActionsProps): ReactNode {
  const { t } = useLingui()
  const label = t`Actions for ${experiment.title}`
  return (
    <MenuButton label={label} trigger={<IconButton label={label} icon={<Ellipsis />} />}>
      {isDeleted ? (
        <MenuItem label={t`Bring back`} icon={<RotateCcw />} onAction={() => onRestore(experiment)} />
      ) : (
        <MenuItem label={t`Duplicate`} icon={<CopyPlus />} onAction={() => onDuplicate(experiment)} />
      )}
      <MenuItem
        label={isDeleted ? t`Delete for good…` : t`Delete`}
        icon={<Trash2 />}
        isDanger
        onAction={() => onDelete(experiment)}
      />
    </MenuButton>
  )
}
