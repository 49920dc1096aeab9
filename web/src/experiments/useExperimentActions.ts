/** What can be done with experiments from outside of them. */
import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { useMemo } from 'react'
import { useLocation } from 'wouter'

import {
  changeExperiment,
  copySample,
  createExperiment,
  deleteExperiment,
  duplicateExperiment,
  type Experiment,
  importExperiment,
  type ListedExperiment,
} from '../api/experiments'
import { links } from '../app/links'
import { toast } from '../ui'
import { copyTitle } from './sorting'

const LARGEST = 16 * 1024 * 1024

export interface ExperimentActions {
  create: () => void
  fromSample: (id: string) => void
  importFiles: (files: readonly File[]) => void
  duplicate: (experiment: ListedExperiment, taken: readonly string[]) => void
  remove: (experiment: ListedExperiment) => void
  restore: (experiment: ListedExperiment) => void
  removeForGood: (experiment: ListedExperiment) => void
}

/** Each tells by a toast what came of it; a new experiment is opened. */
export function useExperimentActions(): ExperimentActions {
  const { t } = useLingui()
  const [, navigate] = useLocation()
  return useMemo(() => {
    const tell = (work: Promise<unknown>) => void work.catch(toast.error)
    const open = async (work: Promise<Experiment>) => navigate(links.experiment((await work).id))
    const restore = async ({ id, title }: ListedExperiment) => {
      await changeExperiment(id, { archived: false })
      toast.ok(t`${title} is back.`)
    }
    const remove = async (experiment: ListedExperiment) => {
      const { id, title } = experiment
      await changeExperiment(id, { archived: true })
      toast.info(t`${title} was deleted.`, { undo: () => tell(restore(experiment)) })
    }
    const removeForGood = async ({ id, title }: ListedExperiment) => {
      await deleteExperiment(id)
      toast.info(t`${title} was deleted for good.`)
    }
    const duplicate = async ({ id, title }: ListedExperiment, taken: readonly string[]) => {
      const made = await duplicateExperiment(id, copyTitle(title, taken, t`copy`))
      toast.ok(t`${made.title} was made.`, { action: { label: t`Open`, run: () => navigate(links.experiment(made.id)) } })
    }
    const importAll = async (files: readonly File[]) => {
      const made: Experiment[] = []
      for (const file of files) {
        try {
          if (file.size > LARGEST) throw new Error(t`The file is larger than 16 MB: that is no experiment.`)
          made.push(await importExperiment(await file.text(), file.name))
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error)
          toast.error(t`${file.name} could not be imported. ${reason}`)
        }
      }
      const [only] = made
      if (only && made.length === 1) navigate(links.experiment(only.id))
      else if (made.length) toast.ok(t`${plural(made.length, { one: '# experiment was imported.', other: '# experiments were imported.' })}`)
    }
    return {
      create: () => tell(open(createExperiment(t`Untitled experiment`))),
      fromSample: (id) => tell(open(copySample(id))),
      importFiles: (files) => tell(importAll(files)),
      duplicate: (experiment, taken) => tell(duplicate(experiment, taken)),
      remove: (experiment) => tell(remove(experiment)),
      restore: (experiment) => tell(restore(experiment)),
      removeForGood: (experiment) => tell(removeForGood(experiment)),
    }
  }, [t, navigate])
}
