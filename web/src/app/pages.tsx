/** Which page stands at which address; each is a chunk of its own. */
import { Redirect, Route, Switch } from 'wouter'

import { links } from './links'
import { NotFound } from './NotFound'
import { late } from './late'

/** What a page is given: the parts of its address; some pages stand at addresses with and without the `Maybe` ones. */
export interface PageProps<Name extends string, Maybe extends string = never> {
  params: Readonly<Record<Name, string> & Partial<Record<Maybe, string>>>
}

const ExperimentsPage = late(() => import('../experiments/ExperimentsPage'))
const EditorPage = late(() => import('../canvas/EditorPage'))
const ComparePage = late(() => import('../runs/ComparePage'))
const DatasetsPage = late(() => import('../datasets/DatasetsPage'))
const DatasetPage = late(() => import('../datasets/DatasetPage'))
const ModelsPage = late(() => import('../models/ModelsPage'))
const ServicesPage = late(() => import('../services/ServicesPage'))
const ServicePage = late(() => import('../services/ServicePage'))
const EnvironmentsPage = late(() => import('../environments/EnvironmentsPage'))
const EnvironmentPage = late(() => import('../environments/EnvironmentPage'))
const SettingsPage = late(() => import('../settings/SettingsPage'))

/** The server answers with this page at these addresses (server/routes/browser.py). */
export function Pages() {
  return (
    <Switch>
      <Route path="/">
        <Redirect to={links.experiments()} replace />
      </Route>
      <Route path="/experiments" component={ExperimentsPage} />
      <Route path="/experiments/:id">{(params) => <EditorPage params={params} />}</Route>
      <Route path="/experiments/:id/runs/:run">{(params) => <EditorPage params={params} />}</Route>
      <Route path="/experiments/:id/compare">{(params) => <ComparePage params={params} />}</Route>
      <Route path="/datasets" component={DatasetsPage} />
      <Route path="/datasets/:name" component={DatasetPage} />
      <Route path="/models" component={ModelsPage} />
      <Route path="/services" component={ServicesPage} />
      <Route path="/services/:id">{(params) => <ServicePage params={params} />}</Route>
      <Route path="/environments" component={EnvironmentsPage} />
      <Route path="/environments/:name">{(params) => <EnvironmentPage params={params} />}</Route>
      <Route path="/settings" component={SettingsPage} />
      <Route>
        <NotFound />
      </Route>
    </Switch>
  )
}
