/** All modules at once, with what people usually wire together and the datasets that come along. */
import { useQuery } from '@tanstack/react-query'

import { Catalogue, type Module, type Usual } from '../document/catalogue'
import { api } from './client'

export interface Sample {
  name: string
  title: string
}

interface Told {
  modules: Module[]
  follows: Usual[]
  samples: Sample[]
}

export interface Known {
  catalogue: Catalogue
  samples: readonly Sample[]
}

export function useCatalogue() {
  return useQuery({
    queryKey: ['catalogue'],
    queryFn: async ({ signal }): Promise<Known> => {
      const { modules, follows, samples } = await api<Told>('/v1/catalogue', { signal })
      return { catalogue: new Catalogue(modules, follows), samples }
    },
    staleTime: Infinity,
  })
}
