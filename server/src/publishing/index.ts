export { createPictureInspector, type PictureInspector } from './inspect-picture.ts';
export { createPostRecords, POST_COLLECTION } from './post-records.ts';
export { postRoutes } from './post-routes.ts';
export { startPublishingSchedule } from './publishing-schedule.ts';
