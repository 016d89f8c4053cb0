import { getMe } from '../../contract/me.js';
import { done, route } from '../handler.js';
import { grantsView } from '../views/grants-view.js';

export const meRoutes = [
  route(getMe, async ({ principal, context: { tenantId } }) => {
    const { id, name = id, roles, grants, by } = principal;
    return done(200, { id, name, tenantId, roles: [...roles], grants: grantsView(grants), by });
  }),
];
