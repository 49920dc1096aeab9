import { Trans, useLingui } from '@lingui/react/macro'
import { Ban, Download, FileStack, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'

import { hasEnded, type Job, useEndJob, useJobs } from '../api/jobs'
import { type Endpoint, type Form, readKeys, useForm } from '../api/services'
import { Awaited } from '../datasets/Awaited'
import styles from '../datasets/data.module.css'
import { fetchFile } from '../datasets/saving'
import { Button, Cell, Column, EmptyState, formatDuration, IconButton, Row, Status, statusOf, Table, TableBody, TableHeader, Time, toast } from '../ui'
import { JobDialog } from './JobDialog'
import { JobProgress } from './JobProgress'
import { resultsOf } from './jobs'

interface Props {
  service: string
  endpoint: Endpoint
}

/** The batch jobs of an endpoint: files put through the web service in the background. */
export function Jobs({ service, endpoint }: Props) {
  const asked = useJobs(endpoint.id)
  const { data: form } = useForm(service, endpoint)
  const [isAdding, setAdding] = useState(false)
  const add = (
    <Button icon={<Plus />} isDisabled={!form} onPress={() => setAdding(true)}>
      <Trans>New batch job</Trans>
    </Button>
  )
  return (
    <Awaited asked={asked}>
      {(jobs) => (
        <div className={styles.stack}>
          {jobs.length === 0 ? (
            <EmptyState icon={<FileStack />} title={<Trans>No batch jobs yet</Trans>} actions={add}>
              <Trans>A batch job puts a whole file through the web service, of any size, while you do something else.</Trans>
            </EmptyState>
          ) : (
            <>
              <div className={styles.actions}>{add}</div>
              {form && <JobTable service={service} endpoint={endpoint} form={form} jobs={jobs} />}
            </>
          )}
          {isAdding && form && <JobDialog service={service} endpoint={endpoint} form={form} onClose={() => setAdding(false)} />}
        </div>
      )}
    </Awaited>
  )
}

function JobTable({ jobs, ...about }: Props & { form: Form; jobs: readonly Job[] }) {
  const { t } = useLingui()
  return (
    <Table aria-label={t`Batch jobs`}>
      <TableHeader>
        <Column id="status" isRowHeader><Trans>Status</Trans></Column>
        <Column id="progress"><Trans>Progress</Trans></Column>
        <Column id="created"><Trans>Made</Trans></Column>
        <Column id="time" isEnd><Trans>Time</Trans></Column>
        <Column id="actions"><span className="hidden-visually"><Trans>Actions</Trans></span></Column>
      </TableHeader>
      <TableBody items={jobs}>
        {(job) => (
          <Row id={job.id} textValue={job.status}>
            <Cell><JobStatus job={job} /></Cell>
            <Cell><JobProgress job={job} /></Cell>
            <Cell><span className={styles.numbers}><Time at={job.created} /></span></Cell>
            <Cell isEnd><span className={styles.numbers}>{job.started !== null && job.ended !== null ? formatDuration(job.ended - job.started) : '–'}</span></Cell>
            <Cell isEnd><JobActions {...about} job={job} /></Cell>
          </Row>
        )}
      </TableBody>
    </Table>
  )
}

function JobStatus({ job }: { job: Job }) {
  const { t } = useLingui()
  const isMade = job.status === 'NotStarted' && !job.queued
  return isMade ? <Status status="idle" words={t`Not started`} /> : <Status status={statusOf(job.status)} />
}

function JobActions({ service, endpoint, form, job }: Props & { form: Form; job: Job }) {
  const { t } = useLingui()
  const end = useEndJob()
  const fetchResults = async () => {
    try {
      const { primary } = await readKeys(service, endpoint.name)
      for (const { address } of await resultsOf(form.api, primary, job.id)) fetchFile(address)
    } catch (error) {
      toast.error(error)
    }
  }
  const stop = () => end.mutate(job, { onError: (error) => toast.error(error) })
  return (
    <span className={styles.rowActions}>
      {job.status === 'Finished' && (
        <IconButton size="small" label={t`Download the results`} icon={<Download />} onPress={() => void fetchResults()} />
      )}
      <IconButton
        size="small"
        label={hasEnded(job) ? t`Forget the job and its results` : t`Cancel the job`}
        icon={hasEnded(job) ? <Trash2 /> : <Ban />}
        isPending={end.isPending}
        onPress={stop}
      />
    </span>
  )
}
