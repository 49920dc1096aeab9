/** The addresses of the studio's pages. */
import { address, pathOf } from '../api/client'

export const links = {
  experiments: () => '/experiments',
  experiment: (id: string, at: { node?: string | undefined; port?: string | undefined } = {}) =>
    address(pathOf('experiments', id), at),
  run: (id: string, run: string) => pathOf('experiments', id, 'runs', run),
  compare: (id: string, a: string, b: string) => address(`${pathOf('experiments', id)}/compare`, { a, b }),
  datasets: () => '/datasets',
  dataset: (name: string) => pathOf('datasets', name),
  models: () => '/models',
  services: () => '/services',
  service: (id: string) => pathOf('services', id),
  environments: () => '/environments',
  newEnvironment: (name: string) => address('/environments', { new: name }),
  environment: (name: string) => pathOf('environments', name),
  settings: () => '/settings',
  login: (next?: string) => address('/login', { next }),
}
