FROM node:24-slim AS build
WORKDIR /entente
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM node:24-slim
WORKDIR /entente
ENV NODE_ENV=production HOST=0.0.0.0
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts && npm cache clean --force
COPY --from=build /entente/dist dist
# The demo keeps its signing key here, in a volume that must belong to the account.
RUN install -d -o node -g node /home/node/.local/share
USER node
EXPOSE 3000
# The API alone, on the server of DATABASE_URL. The schema is another process's work: node dist/apps/cli/main.js migrate
CMD ["node", "dist/apps/api/main.js"]
