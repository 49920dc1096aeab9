import { useLingui } from '@lingui/react/macro'
import { Database, Package, RadioTower, Workflow } from 'lucide-react'
import { useMemo } from 'react'
import { useLocation } from 'wouter'

import { useDatasets } from '../api/datasets'
import { useEnvironments } from '../api/environments'
import { useExperiments } from '../api/experiments'
import { useServices } from '../api/services'
import { links } from '../app/links'
import type { Command } from './commands'

/** What the workspace holds, as commands that go there. */
export function useThings(): readonly Command[] {
  const { t } = useLingui()
  const [, navigate] = useLocation()
  const experiments = useExperiments().data
  const datasets = useDatasets().data
  const services = useServices().data
  const environments = useEnvironments().data
  return useMemo(() => {
    const thing = (kind: string, group: string, icon: Command['icon']) => (id: string, title: string, href: string) =>
      ({ id: `${kind}.${id}`, title, group, icon, run: () => navigate(href) })
    const experiment = thing('experiment', t`Experiments`, <Workflow />)
    const dataset = thing('dataset', t`Datasets`, <Database />)
    const service = thing('service', t`Web services`, <RadioTower />)
    const environment = thing('environment', t`Environments`, <Package />)
    return [
      ...(experiments ?? []).map(({ id, title }) => experiment(id, title, links.experiment(id))),
      ...(datasets ?? []).map(({ name }) => dataset(name, name, links.dataset(name))),
      ...(services ?? []).map(({ id, name }) => service(id, name, links.service(id))),
      ...(environments ?? []).map(({ name }) => environment(name, name, links.environment(name))),
    ]
  }, [t, navigate, experiments, datasets, services, environments])
}
